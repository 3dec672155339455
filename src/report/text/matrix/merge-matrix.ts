import type { MergedFinding, MergedVantage, MergeReport } from '../../../verdict/reports/merge-report.ts';
import { renderColumns, visibleWidth } from '../parts/columns.ts';
import { findingList, type ListedFinding } from '../parts/finding-list.ts';
import { mergeBlocks, type MergeBlock } from './merge-rows.ts';
import { paragraph } from '../parts/paragraph.ts';
import { skippedLines } from '../parts/skipped-lines.ts';
import type { Style } from '../../style.ts';
import { summaryLine } from '../parts/summary-line.ts';
import { legendOf, paintSymbols } from '../parts/verdict-symbol.ts';
import { wrapLabel } from '../parts/wrap-label.ts';

/** Where nothing says how wide: a pipe, a log file. */
const PIPE_WIDTH = 80;
const GAP = 2;
/** What a label may take before it is broken into lines. */
const MAX_PORTS = 21;
const MAX_OWNERS = 19;
const MAX_FILE = 24;

/**
 * Every vantage point a column, every endpoint of every host address a row; rows that differ in nothing but the instance are one
 * row, and so are hosts that look the same from everywhere.
 */
export function mergeMatrix(report: MergeReport, style: Style): string {
  const { vantages, skipped, summary } = report;
  const findings = report.findings.map((finding) => listed(finding, vantages.length));
  const after = [...skippedLines(skipped, style), ...findingList(findings, style)];
  return [
    '',
    heading(report, style),
    '',
    vantageTable(vantages, style),
    ...tables(report, style),
    '',
    ...legendOf(summary).map((line) => style.paint.dim(line)),
    '',
    summaryLine(summary, null, style),
    ...(after.length > 0 ? ['', ...after] : []),
    '',
  ].join('\n');
}

function heading({ site, vantages }: MergeReport, { paint }: Style): string {
  const hosts = Object.keys(site.hosts).length;
  const name = site.name === null ? '' : `${paint.strong(site.name)} · `;
  return `${name}${plural(hosts, 'host')} · ${plural(vantages.length, 'vantage point')}`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function vantageTable(vantages: readonly MergedVantage[], style: Style): string {
  const files = shortNames(vantages.map(({ file }) => file));
  const rows = vantages.map(({ as, addresses, startedAt }, index) => [
    `${index + 1}`,
    as,
    addresses.join(', '),
    startedAt.slice(0, 16).replace('T', ' '),
    wrapLabel(files[index] ?? '', MAX_FILE),
  ]);
  return renderColumns({ head: ['', 'AS', 'FROM', 'AT (UTC)', 'FILE'], rows, flexible: 2, style });
}

/** Without folders, where that still tells them apart. */
function shortNames(files: readonly string[]): readonly string[] {
  const names = files.map((file) => file.split(/[/\\]/).at(-1) ?? file);
  return new Set(names).size === files.length ? names : files;
}

/** Columns are named where the names fit, else numbered as the vantage points are above; more than fit make another table. */
function tables(report: MergeReport, style: Style): readonly string[] {
  const { vantages } = report;
  const blocks = mergeBlocks(report).map(wrapped);
  const labels = [0, 1, 2].map((column) =>
    blocks
      .flatMap(({ rows }) => rows)
      .reduce((most, { label }) => Math.max(most, visibleWidth(label[column] ?? '')), 8),
  );
  const room = (style.width ?? PIPE_WIDTH) - labels.reduce((sum, width) => sum + width + GAP, GAP);
  const names = vantages.map(({ id }) => id);
  const isNamed = names.reduce((sum, name) => sum + name.length + GAP, -GAP) <= room;
  const heads = isNamed ? names : vantages.map((_, index) => `${index + 1}`);
  const perTable = isNamed
    ? heads.length
    : Math.max(1, Math.floor((room + GAP) / (`${heads.length}`.length + GAP)));
  const starts = Array.from({ length: Math.ceil(heads.length / perTable) }, (_, index) => index * perTable);
  return blocks.flatMap(({ places, rows }) => [
    '',
    style.paint.strong(paragraph('', places.join(', '), style)),
    ...starts.flatMap((start) => {
      const of = <T>(all: readonly T[]): readonly T[] => all.slice(start, start + perTable);
      return [
        '',
        renderColumns({
          head: ['PORT', 'ENDPOINT', '', ...of(heads)],
          rows: rows.map(({ label, symbols }) => [
            ...label,
            ...of(symbols).map((one) => paintSymbols(one, style)),
          ]),
          flexible: null,
          style,
        }),
      ];
    }),
  ]);
}

interface WrappedBlock {
  readonly places: MergeBlock['places'];
  readonly rows: readonly { readonly label: readonly string[]; readonly symbols: readonly string[] }[];
}

function wrapped({ places, rows }: MergeBlock): WrappedBlock {
  return {
    places,
    rows: rows.map(({ ports, owners, purpose, symbols }) => ({
      label: [
        paragraph('', ports, { width: MAX_PORTS }),
        paragraph('', owners, { width: MAX_OWNERS }),
        purpose,
      ],
      symbols,
    })),
  };
}

/** Who saw it is worth a word where not everybody did. */
function listed({ vantages, ...finding }: MergedFinding, all: number): ListedFinding {
  return vantages.length === all ? finding : { ...finding, seenFrom: vantages.join(', ') };
}
