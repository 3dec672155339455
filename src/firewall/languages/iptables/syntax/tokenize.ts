import { badRuleset, type SourceLocation } from '../../../model/source-location.ts';

/** What double quotes do besides holding blanks. */
interface Quotes {
  /** A backslash within them keeps the next character. */
  readonly escape: boolean;
  /** The word ends with the closing quote. */
  readonly endWord: boolean;
}

export const QUOTES = {
  iptables: { escape: true, endWord: true },
  ipset: { escape: false, endWord: false },
} as const satisfies Readonly<Record<string, Quotes>>;

/**
 * The words of `text` between two offsets (one line), parted by blanks as the tools part them. `starts` receives where each
 * word begins.
 */
export function splitWords(
  text: string,
  from: number,
  to: number,
  place: SourceLocation,
  starts?: number[],
  quotes: Quotes = QUOTES.iptables,
): string[] {
  const words: string[] = [];
  let i = from;
  while (i < to) {
    const code = text.charCodeAt(i);
    if (code === SPACE || code === TAB) {
      i++;
      continue;
    }
    const start = i;
    let hasQuote = false;
    for (; i < to; i++) {
      const next = text.charCodeAt(i);
      if (next === SPACE || next === TAB) break;
      if (next === QUOTE) {
        hasQuote = true;
        break;
      }
    }
    starts?.push(start);
    if (hasQuote)
      i = readQuoted(text, start, to, { ...place, column: start - from + place.column }, words, quotes);
    else words.push(text.slice(start, i));
  }
  return words;
}

/** The place of a word of a line, or of its end: looked up only when an error needs it. `start` is that of the line's text. */
export function wordPlace(
  line: string,
  wordIndex: number,
  start: SourceLocation,
  quotes?: Quotes,
): SourceLocation {
  const starts: number[] = [];
  splitWords(line, 0, line.length, start, starts, quotes);
  return { ...start, column: start.column + (starts[wordIndex] ?? line.length) };
}

/** Pushes the word and returns where it ended. */
function readQuoted(
  text: string,
  start: number,
  to: number,
  place: SourceLocation,
  words: string[],
  { escape, endWord }: Quotes,
): number {
  const parts: string[] = [];
  let isQuoted = false;
  let i = start;
  // Slices, not characters: a line may have a hundred million.
  let begin = start;
  const cut = (end: number, next: number): void => {
    if (end > begin) parts.push(text.slice(begin, end));
    begin = next;
  };
  for (; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      cut(i, i + 1);
      isQuoted = !isQuoted;
      if (isQuoted || !endWord) continue;
      i++;
      break;
    } else if (isQuoted && escape && code === BACKSLASH) {
      cut(i, i + 1);
      i++;
    } else if (!isQuoted && (code === SPACE || code === TAB)) break;
  }
  cut(Math.min(i, to), i);
  if (isQuoted)
    throw badRuleset(place, 'a quoted string does not end', text.slice(start, to), 'close the double quote');
  words.push(parts.join(''));
  return i;
}

const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const BACKSLASH = 92;
