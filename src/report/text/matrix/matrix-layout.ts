import { GROUPS, runLength, type Group, type MatrixRow } from './matrix-cells.ts';
import { paragraph } from '../parts/paragraph.ts';
import { NOTHING } from '../parts/verdict-symbol.ts';
import { wrapLabel } from '../parts/wrap-label.ts';

/** A matrix as text cells, every one already broken into lines that fit; symbols not yet coloured. */
export interface MatrixLayout {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many leading columns are labels. */
  readonly labels: number;
}

const GAP = 2;
const INDENT = 2;
/** What a label column is given at least before the symbols are squeezed. */
const MIN_HOST = 8;
const MIN_ADDRESS = 15;
/** All labels together, when the symbols are squeezed. */
const MAX_LABELS = 32;
/** Holds `✓102-201`. */
const MIN_RUNS = 9;

/**
 * One symbol an instance under a ruler where that fits; else runs of symbols (`✓1-100 ✗101`), broken into lines where need be.
 * Groups nobody has anything in are left out.
 */
export function matrixLayout(rows: readonly MatrixRow[], width: number): MatrixLayout {
  const groups = GROUPS.filter((group) =>
    rows.some(({ cells }) => cells[group].some((one) => one !== NOTHING)),
  );
  const spans = groups.map((group) => Math.max(...rows.map(({ cells }) => cells[group].length)));
  const plain = groups.map((group, index) => plainWidth(group, spans[index] ?? 0));
  const labels = labelsOf(rows);
  const least = labels.reduce((sum, { natural, min }) => sum + Math.min(natural, min) + GAP, INDENT);
  const isPlain = least + total(plain) <= width;
  const many = groups.filter((group) => isSqueezed(group)).length;
  const fixed = total(plain.filter((_, index) => !isSqueezed(groups[index])));
  const labelRoom = isPlain ? width - INDENT - total(plain) : Math.min(MAX_LABELS, width / 2);
  const widths = labelWidths(labels, labelRoom);
  const runs = Math.max(
    MIN_RUNS,
    Math.floor((width - INDENT - total(widths) - fixed) / Math.max(1, many)) - GAP,
  );
  const cell = (row: MatrixRow, group: Group, span: number): string =>
    isPlain || !isSqueezed(group)
      ? plainCell(row.cells[group], group, span)
      : paragraph('', runLength(row.cells[group]), { width: runs });
  return {
    labels: labels.length,
    head: [
      ...labels.map(({ title }) => title),
      ...groups.map((group, index) =>
        isPlain ? `${group}\n${ruler(group, spans[index] ?? 0)}` : headOf(group),
      ),
    ],
    rows: rows.map((row) => [
      ...labels.map(({ text }, index) => wrapLabel(text(row), widths[index] ?? MIN_HOST)),
      ...groups.map((group, index) => cell(row, group, spans[index] ?? 0)),
    ]),
  };
}

interface Label {
  readonly title: string;
  readonly text: (row: MatrixRow) => string;
  readonly natural: number;
  readonly min: number;
}

/** The address gets a column of its own where it says more than the host's name. */
function labelsOf(rows: readonly MatrixRow[]): readonly Label[] {
  const label = (title: string, min: number, text: Label['text']): Label => ({
    title,
    min,
    text,
    natural: Math.max(title.length, ...rows.map((row) => text(row).length)),
  });
  const host = label('HOST', MIN_HOST, ({ host: key }) => key);
  if (rows.every(({ host: key, address }) => key === address)) return [{ ...host, min: MIN_ADDRESS }];
  return [host, label('ADDRESS', MIN_ADDRESS, ({ address }) => address ?? 'no address')];
}

/** Every label its natural width where all fit; else the host is narrowed first, then the address. */
function labelWidths(labels: readonly Label[], room: number): readonly number[] {
  const [host, address] = labels;
  if (host === undefined) return [];
  if (address === undefined) return [Math.min(host.natural, Math.max(host.min, Math.floor(room) - GAP))];
  const free = Math.floor(room) - 2 * GAP;
  const addressWidth = Math.min(address.natural, Math.max(address.min, free - host.natural));
  return [Math.min(host.natural, Math.max(host.min, free - addressWidth)), addressWidth];
}

/** The allocator's two symbols stand under `tcp` and `udp`; instances stand side by side. */
function plainCell(symbols: readonly string[], group: Group, span: number): string {
  const full = Array.from(
    { length: group === 'ALLOCATOR' ? 2 : span },
    (_, index) => symbols[index] ?? NOTHING,
  );
  return full.join(group === 'ALLOCATOR' ? '   ' : '');
}

function ruler(group: Group, span: number): string {
  if (group === 'ALLOCATOR') return 'tcp udp';
  if (group === 'CONFIG') return '';
  return Array.from({ length: span }, (_, index) => (index + 1) % 10).join('');
}

function headOf(group: Group): string {
  return group === 'ALLOCATOR' ? `${group}\ntcp udp` : group;
}

function isSqueezed(group: Group | undefined): boolean {
  return group === 'CLIENTS' || group === 'HTTP' || group === 'UDP';
}

function plainWidth(group: Group, span: number): number {
  return Math.max(group.length, span);
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP, 0);
}
