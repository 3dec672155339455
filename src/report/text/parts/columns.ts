import type { Style } from '../../style.ts';

interface Columns {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The column that is narrowed when the table is wider than the style allows; null: they fit as they are. */
  readonly flexible: number | null;
  /** Cut the flexible column with an ellipsis instead of wrapping it: a row stays a line. */
  readonly isCut?: boolean;
  /** Whole lines that follow each row; empty: none. */
  readonly below?: readonly string[];
  readonly style: Style;
}

const INDENT = 2;
const GAP = 2;
/** A flexible column narrower than this helps nobody: the line is left to run over instead. */
const MIN_FLEXIBLE = 12;

/** Aligned columns without frames, indented, each line without trailing blanks. */
export function renderColumns({ head, rows, flexible, isCut = false, below, style }: Columns): string {
  const widths = widthsOf(head, rows);
  const fixed = widths.reduce(
    (sum, width, column) => sum + GAP + (column === flexible ? 0 : width),
    INDENT - GAP,
  );
  const room = style.width === null ? Infinity : style.width - fixed;
  const shown = widths.map((width, column) =>
    column === flexible ? Math.min(width, Math.max(room, MIN_FLEXIBLE)) : width,
  );
  const linesOf = (row: readonly string[]): readonly string[] =>
    rowLines(
      row.map((cell, column) => cellLines(cell, shown[column] ?? 0, isCut)),
      shown,
    );
  const titles = head.map((title) => style.paint.dim(title));
  return [
    ...linesOf(titles),
    ...rows.flatMap((row, at) => {
      const text = below?.[at] ?? '';
      return text === '' ? linesOf(row) : [...linesOf(row), text];
    }),
  ].join('\n');
}

/** The lines of a row whose cells have several. */
function rowLines(cells: readonly (readonly string[])[], widths: readonly number[]): readonly string[] {
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, nth) => {
    const parts = cells.map((lines, column) => padded(lines[nth] ?? '', widths[column] ?? 0));
    return `${' '.repeat(INDENT)}${parts.join(' '.repeat(GAP))}`.trimEnd();
  });
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - visibleWidth(text), 0));
}

/** What is wider than its column is wrapped between words, or cut; a word that is wider is cut. */
function cellLines(cell: string, width: number, isCut: boolean): readonly string[] {
  return cell
    .split('\n')
    .flatMap((line) => (isCut || visibleWidth(line) <= width ? [line] : wrapped(line, width)))
    .map((line) => (visibleWidth(line) <= width ? line : `${line.slice(0, width - 1)}…`));
}

function wrapped(text: string, width: number): readonly string[] {
  const [first = '', ...words] = text.split(/(?<=\S) /);
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word.trimStart());
  }
  return lines;
}

/** How many columns of a terminal a table takes that nothing narrows. */
export function tableWidth(head: Columns['head'], rows: Columns['rows']): number {
  return widthsOf(head, rows).reduce((sum, width) => sum + GAP + width, INDENT - GAP);
}

function widthsOf(head: Columns['head'], rows: Columns['rows']): readonly number[] {
  return head.map((title, column) =>
    rows.reduce((most, row) => Math.max(most, visibleWidth(row[column] ?? '')), visibleWidth(title)),
  );
}

/** Columns a text takes on a terminal: those of its longest line, colour sequences not counted. */
export function visibleWidth(text: string): number {
  // eslint-disable-next-line no-control-regex -- colour sequences are control characters
  const lines = text.replace(/\u001b\[[0-9;]*m/g, '').split('\n');
  return Math.max(...lines.map((line) => line.length));
}
