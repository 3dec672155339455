import { badRuleset } from '../../model/source-location.ts';

/**
 * Refuses what a terminal put around a listing: the last line of a pager, a shell prompt, escape codes.
 * @throws InputError with the line
 */
export function refuseTerminalMarks(text: string, lines: readonly string[], file: string): void {
  if (isBinary(text)) return;
  const filled = (line: string): boolean => line.trim() !== '';
  const [first, last] = [lines.findIndex(filled), lines.findLastIndex(filled)];
  const refuse = (at: number, message: string): never => {
    throw badRuleset({ file, line: at + 1, column: 1 }, message, (lines[at] ?? '').trim(), FIX);
  };
  if (PAGER.test(lines[last] ?? '')) refuse(last, 'the last line is that of a pager, not of a listing');
  for (const at of [first, last]) if (PROMPT.test(lines[at] ?? '')) refuse(at, 'a shell prompt');
  if (!text.includes(ESCAPE)) return;
  const at = lines.findIndex((line) => line.replaceAll(/"[^"]*"/g, '').includes(ESCAPE));
  if (at >= 0) refuse(at, 'escape codes of a terminal in the text');
}

/** What decoding could not read, or what no text holds. */
function isBinary(text: string): boolean {
  return text.includes('\0') || text.includes('\ufffd');
}

const FIX = 'give the file as the tool wrote it, for example with > rules.txt after the command';

/** As `less` and `more` end a page. */
const PAGER = /^\s*(?::|\(END\)|lines \d+-\d+.*|--More--.*)\s*$/;

const PROMPT = /^\s*\[?[\w.-]+@[\w.-]+[^\n]{0,60}[#$>%](?:\s|$)/;

const ESCAPE = '\u001b';
