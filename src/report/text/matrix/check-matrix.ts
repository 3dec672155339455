import { groupBy } from '../../../group-by.ts';
import type { CheckReport } from '../../../verdict/reports/check-report.ts';
import { assumptionLines } from '../parts/assumption-lines.ts';
import { baselineLines } from '../parts/baseline-lines.ts';
import { renderColumns } from '../parts/columns.ts';
import { findingList } from '../parts/finding-list.ts';
import { matrixRow } from './matrix-cells.ts';
import { matrixLayout } from './matrix-layout.ts';
import { skippedLines } from '../parts/skipped-lines.ts';
import type { Style } from '../../style.ts';
import { summaryLine } from '../parts/summary-line.ts';
import { legendOf, paintSymbols } from '../parts/verdict-symbol.ts';

/** Where nothing says how wide: a pipe, a log file. */
const PIPE_WIDTH = 80;

/** Many hosts or addresses at a glance: one row a host address, one symbol an endpoint, then what to do about what is wrong. */
export function checkMatrix(report: CheckReport, style: Style): string {
  const after = [
    ...assumptionLines(report, style),
    ...skippedLines(report.skipped, style),
    ...findingList(report.findings, style),
  ];
  return [
    '',
    heading(report, style),
    '',
    matrix(report, style),
    '',
    ...legendOf(report.summary).map((line) => style.paint.dim(line)),
    '',
    summaryLine(report.summary, report.durationMs, style, report.baseline?.known),
    ...baselineLines(report.baseline, style),
    ...(after.length > 0 ? ['', ...after] : []),
    '',
  ].join('\n');
}

function heading({ site, flows, vantage }: CheckReport, { paint }: Style): string {
  const hosts = new Set(flows.map(({ host }) => host)).size;
  const name = site.name === null ? '' : `${paint.strong(site.name)} · `;
  const from = vantage.addresses.length === 1 ? ` from ${vantage.addresses.join()}` : '';
  return `${name}${hosts} ${hosts === 1 ? 'host' : 'hosts'} · seen${from} as ${vantage.as}`;
}

function matrix({ flows }: CheckReport, style: Style): string {
  const rows = groupBy(flows, ({ host, address }) => `${host} ${address ?? ''}`).map(matrixRow);
  const layout = matrixLayout(rows, style.width ?? PIPE_WIDTH);
  const painted = layout.rows.map((row) =>
    row.map((text, column) => (column < layout.labels ? text : paintSymbols(text, style))),
  );
  return renderColumns({ head: layout.head, rows: painted, flexible: null, style });
}
