/** Whether a text has characters that no rule has: what decoding could not read, half of a surrogate pair, or a NUL. */
export function isDamaged(text: string): boolean {
  return text.includes('\ufffd') || text.includes('\0') || !text.isWellFormed();
}
