import { printable } from '../../printable.ts';
import { paragraph } from '../../report/text/parts/paragraph.ts';
import { writeStderr } from './output.ts';
import { widthOf } from './style.ts';

/** Lines for a person on stderr: wrapped to a terminal, as they are anywhere else, where a line is what scripts look for; nothing in them acts on a terminal. */
export async function writeStderrLines(lines: readonly string[]): Promise<void> {
  const width = process.stderr.isTTY ? widthOf(process.stderr) : null;
  await writeStderr(lines.map((line) => `${paragraph('', printable(line), { width })}\n`).join(''));
}
