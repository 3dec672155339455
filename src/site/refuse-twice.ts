import { InputError } from '../input-error.ts';
import type { Place } from './place.ts';

/**
 * Notes where a value stands. @throws InputError with both places when it was there before
 * @param what names the value for the message
 */
export function refuseTwice(seen: Map<string, Place>, value: string, what: string, place: Place): void {
  const first = seen.get(value);
  if (first === undefined) {
    seen.set(value, place);
    return;
  }
  throw new InputError({
    code: 'given-twice',
    message: `${what} is given twice, first in line ${first.line}`,
    value,
    fix: 'give it once',
    ...place,
  });
}
