/** The text as one word for a POSIX shell. */
export function shellWord(word: string): string {
  return /^(?:!|[\w@%+=:,./-]+)$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
