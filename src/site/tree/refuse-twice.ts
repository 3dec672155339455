import { InputError } from '../../input-error.ts';
import type { YamlLocation } from './place.ts';

/** Something that may stand in a file once. */
interface Once {
  /** For messages: `host key`. */
  readonly what: string;
  /** As written. */
  readonly value: string;
  /** What makes two of them the same. */
  readonly id: string;
}

/** Notes where it stands. @throws InputError with both places when it was there before */
export function refuseTwice(
  seen: Map<string, YamlLocation>,
  { what, value, id }: Once,
  place: YamlLocation,
): void {
  const first = seen.get(id);
  if (first === undefined) {
    seen.set(id, place);
    return;
  }
  throw new InputError({
    code: 'given-twice',
    message: `${what} "${value}" is given twice, first on line ${first.line}`,
    value,
    fix: 'give it once',
    ...place,
  });
}
