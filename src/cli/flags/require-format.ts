import { InputError } from '../../input-error.ts';

/** The chosen format; without one the choices are listed, since none is right for everybody. */
export function requireFormat<F extends string>(format: F | undefined, choices: readonly F[]): F {
  if (format !== undefined) return format;
  throw new InputError({
    code: 'no-format',
    message: '--format is missing',
    fix: `give one of ${choices.join(', ')}`,
  });
}
