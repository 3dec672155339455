import { printable } from '../../printable.ts';
import { shellWord } from '../../shell-word.ts';

/** Text that is safe where it stands in a rule file, because a {@link Syntax} made it. */
export class RuleText {
  constructor(readonly text: string) {}
}

/** How a format writes values that are not bare words; each becomes a filter of its templates. */
export interface Syntax {
  /** Free text, also the user's, for the rest of a comment line. */
  readonly comment: (text: string) => string;
  /** Several words as the format's list. */
  readonly list: (words: readonly string[]) => string;
  /** Our own words as one string; the user's own text only where the format can quote everything. */
  readonly quote: (text: string) => string;
}

/** One comment line holds any text once nothing in it can end the line or hide what follows. */
export const commentLine = (text: string): string => printable(text);

/** A file's name as a word of a shell command that no program takes for a flag. */
export const shellFile = (file: string): string => shellWord(file.startsWith('-') ? `./${file}` : file);

/** For engines that can't escape inside quotes: anything but plain words is a bug of ours. */
export function doubleQuoted(text: string): string {
  if (/^[\w ,:()/.-]{1,120}$/.test(text)) return `"${text}"`;
  throw new Error(`no plain text for a rule: ${JSON.stringify(text)}`);
}

/** Keywords, addresses, prefixes, ports and ranges of them: what may stand in a rule as it is. */
export function isBareWord(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9:][A-Za-z0-9.:/-]*$/.test(value);
}
