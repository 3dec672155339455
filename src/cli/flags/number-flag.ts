import { custom } from '@oclif/core/flags';
import { InputError } from '../../input-error.ts';

interface NumberFlag {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly description: string;
  readonly fallback: number;
  readonly helpValue?: string;
}

/** A whole number in decimal, within bounds; everything else (`4x`, `1.5`, `0x10`, `1e9`) is refused with the bounds. */
export function numberFlag({ name, min, max, description, fallback, helpValue = 'N' }: NumberFlag) {
  return custom<number>({
    description,
    helpValue,
    default: fallback,
    noCacheDefault: true,
    parse: (text) => Promise.resolve(parseWholeNumber(text, `--${name}`, min, max)),
  })();
}

export function parseWholeNumber(text: string, what: string, min: number, max: number): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new InputError({
    code: 'bad-number',
    message: `${what}: "${text}" is not a whole number from ${min} to ${max}`,
    value: text,
    fix: `give a number from ${min} to ${max}`,
  });
}
