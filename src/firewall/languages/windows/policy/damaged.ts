/** Whether a text has characters that no rule has: what decoding could not read, half of a surrogate pair, or a NUL. */
export function isDamaged(text: string): boolean {
  return DAMAGE.test(text);
}

const DAMAGE = /[\0\ufffd]|\p{Surrogate}/u;
