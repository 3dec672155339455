/** The text as one word for a POSIX shell; a path or key of Windows also for PowerShell and the command prompt. */
export function shellWord(word: string): string {
  if (WINDOWS_PATH.test(word)) return `"${word}"`;
  return /^(?:!|[\w@%+=:,./-]+)$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Within double quotes all three take it as it is. */
const WINDOWS_PATH = /^(?:[A-Za-z]:|HKLM)(?:\\[\w .()+,@#=-]*[\w.)])+$/;
