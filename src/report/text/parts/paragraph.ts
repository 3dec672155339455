import type { Style } from '../../style.ts';

/**
 * Words wrapped to the style's width: the first line starts with `lead`, the following ones are indented to its end.
 * A word longer than a line stays whole, so that commands and addresses can be copied; a mark stays with the word before it.
 */
export function paragraph(lead: string, text: string, { width }: Pick<Style, 'width'>): string {
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  let line = lead;
  let isFresh = true;
  for (const word of wordsOf(text)) {
    if (!isFresh && width !== null && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word.trimStart();
    } else {
      line += isFresh ? word : ` ${word}`;
    }
    isFresh = false;
  }
  return [...lines, line].join('\n');
}

/** Further spaces between two words belong to the second one. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const word of text.split(/(?<=\S) /)) {
    const last = words.length - 1;
    if (last >= 0 && MARK.test(word)) words[last] = `${words[last] ?? ''} ${word}`;
    else words.push(word);
  }
  return words;
}

/** Nothing but punctuation, and no option or operator of a rule. */
const MARK = /^[·→,;:.)]+$/;
