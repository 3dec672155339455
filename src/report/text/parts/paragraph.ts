import type { Style } from '../../style.ts';

/**
 * Words wrapped to the style's width: the first line starts with `lead`, the following ones are indented to its end.
 * A word longer than a line stays whole, so that commands and addresses can be copied.
 */
export function paragraph(lead: string, text: string, { width }: Pick<Style, 'width'>): string {
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  let line = lead;
  let isFresh = true;
  for (const word of text.split(' ')) {
    if (!isFresh && width !== null && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line += isFresh ? word : ` ${word}`;
    }
    isFresh = false;
  }
  return [...lines, line].join('\n');
}
