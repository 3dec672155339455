import Table from 'cli-table3';
import type { Style } from '../../style.ts';
import { paragraph } from './paragraph.ts';

interface Columns {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /**
   * The column that is narrowed when the table is wider than the style allows, and goes on lines below its rows where that leaves
   * it too little; null: they fit as they are.
   */
  readonly flexible: number | null;
  /** Cut the flexible column with an ellipsis instead of wrapping it: a row stays a line. */
  readonly isCut?: boolean;
  /** Whole lines that follow each row; empty: none. */
  readonly below?: readonly string[];
  readonly style: Style;
}

const INDENT = 2;
const GAP = 2;
/** A flexible column narrower than this helps nobody. */
const MIN_FLEXIBLE = 12;
const BELOW = ' '.repeat(6);

/** Aligned columns without frames, indented, each line without trailing blanks. */
export function renderColumns({ head, rows, flexible, isCut = false, below, style }: Columns): string {
  const widths = widthsOf(head, rows);
  const fixed = widths.reduce(
    (sum, width, column) => sum + GAP + (column === flexible ? 0 : width),
    INDENT - GAP,
  );
  const room = style.width === null ? Infinity : style.width - fixed;
  if (flexible !== null && below === undefined && room < Math.min(MIN_FLEXIBLE, widths[flexible] ?? 0))
    return renderColumns({
      head: head.toSpliced(flexible, 1),
      rows: rows.map((row) => row.toSpliced(flexible, 1)),
      flexible: null,
      below: rows.map((row) => (row[flexible] ? paragraph(BELOW, row[flexible], style) : '')),
      style,
    });
  const colWidths = widths.map((width, column) =>
    column === flexible ? Math.min(width, Math.max(room, MIN_FLEXIBLE)) : width,
  );
  const options = {
    colWidths: colWidths.map((width) => width + GAP),
    wordWrap: !isCut,
    chars: FRAMELESS,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [] },
  };
  const titles = head.map((title) => style.paint.dim(title));
  if (below === undefined) return linesOf(rows, { ...options, head: titles });
  return rows
    .flatMap((row, at) => {
      const shown = linesOf([row], at === 0 ? { ...options, head: titles } : options);
      const text = below[at] ?? '';
      return text === '' ? [shown] : [shown, text];
    })
    .join('\n');
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

function linesOf(rows: Columns['rows'], options: Table.TableConstructorOptions): string {
  const table = new Table(options);
  table.push(...rows.flatMap(singleLines));
  return table
    .toString()
    .split('\n')
    .map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd())
    .join('\n');
}

/** A row for each line of its cells: cli-table3 takes minutes for a cell of several long lines. */
function singleLines(row: readonly string[]): string[][] {
  const cells = row.map((cell) => cell.split('\n'));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, nth) => cells.map((lines) => lines[nth] ?? ''));
}

/** Columns a text takes on a terminal: those of its longest line, colour sequences not counted. */
export function visibleWidth(text: string): number {
  // eslint-disable-next-line no-control-regex -- colour sequences are control characters
  const lines = text.replace(/\u001b\[[0-9;]*m/g, '').split('\n');
  return Math.max(...lines.map((line) => line.length));
}

const FRAMELESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;
