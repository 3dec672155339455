import { badRuleset, type Place } from '../place.ts';

/**
 * The words of `text` between two offsets (one line), parted by blanks as iptables-restore parts them; double quotes
 * hold blanks, and within them a backslash keeps the next character. `starts` receives where each word begins.
 */
export function splitWords(
  text: string,
  from: number,
  to: number,
  place: Place,
  starts?: number[],
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
    if (hasQuote) i = readQuoted(text, start, to, { ...place, column: start - from + place.column }, words);
    else words.push(text.slice(start, i));
  }
  return words;
}

/** The place of a word of a line, or of its end: looked up only when an error needs it. `start` is that of the line's text. */
export function wordPlace(line: string, wordIndex: number, start: Place): Place {
  const starts: number[] = [];
  splitWords(line, 0, line.length, start, starts);
  return { ...start, column: start.column + (starts[wordIndex] ?? line.length) };
}

/** Pushes the word and tells where it ended. */
function readQuoted(text: string, start: number, to: number, place: Place, words: string[]): number {
  const parts: string[] = [];
  let isQuoted = false;
  let i = start;
  for (; i < to; i++) {
    const character = text.charAt(i);
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted && character === '\\') parts.push(text.charAt(++i));
    else if (!isQuoted && (character === ' ' || character === '\t')) break;
    else parts.push(character);
  }
  if (isQuoted)
    throw badRuleset(place, 'a quoted word does not end', text.slice(start, to), 'close the double quote');
  words.push(parts.join(''));
  return i;
}

const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
