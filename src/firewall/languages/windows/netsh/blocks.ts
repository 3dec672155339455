/** A label and its value, and the rows below it that have none of their own. */
export interface NetshLine {
  readonly label: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
  readonly rows: readonly string[];
}

/** What stands between two lines of dashes: the line above the dashes, and the lines below them. */
export interface NetshBlock {
  readonly title: string;
  readonly line: number;
  readonly lines: readonly NetshLine[];
}

/** Values begin in this column. */
const VALUE_COLUMN = 38;

const DASHES = /^-{50,}\s*$/;

/** The blocks of netsh's output, in any language: each has its title above a line of dashes. */
export function netshBlocks(text: string): readonly NetshBlock[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const starts = lines.flatMap((line, index) => (index > 0 && DASHES.test(line) ? [index] : []));
  return starts.map((start, nth) => ({
    title: lines[start - 1] ?? '',
    line: start,
    lines: linesOf(lines, start + 1, (starts[nth + 1] ?? lines.length + 1) - 1),
  }));
}

function linesOf(lines: readonly string[], from: number, to: number): readonly NetshLine[] {
  const found: (Omit<NetshLine, 'rows'> & { readonly rows: string[] })[] = [];
  for (let index = from; index < Math.min(to, lines.length); index++) {
    const line = lines[index] ?? '';
    const label = line.slice(0, VALUE_COLUMN).trimEnd();
    const value = line.slice(VALUE_COLUMN).trim();
    if (line.trim() === '') continue;
    if (label.trim() === '') found.at(-1)?.rows.push(value);
    else found.push({ label: label.replace(/:$/, ''), value, line: index + 1, rows: [] });
  }
  return found;
}
