import { groupBy } from '../../group-by.ts';
import type { CompareReport, ComparedFinding } from '../../verdict/reports/compare-report.ts';
import { changeCounts, comparedRows, type ComparedRow } from '../compare/compared-rows.ts';
import type { Style } from '../style.ts';
import { renderColumns } from './parts/columns.ts';
import { findingList } from './parts/finding-list.ts';
import { paragraph } from './parts/paragraph.ts';
import { summaryLine } from './parts/summary-line.ts';

/** What changed between two reports: the flows, a table a host, regressions first; then new findings, and those that are gone. */
export function compareText(report: CompareReport, style: Style): string {
  const { site, of, before, after, findings } = report;
  const name = site.name ?? Object.keys(site.hosts).join(', ');

  return [
    '',
    paragraph('', `${style.paint.strong(name)} · ${of}`, style),
    '',
    ...[before, after].map((one, index) => {
      const when = one.startedAt === null ? '' : `${one.startedAt.slice(0, 16).replace('T', ' ')}  `;
      const lead = `  ${index === 0 ? 'before' : 'after '}  `;
      return paragraph(lead, `${one.file}  ${when}${summaryLine(one.summary, null, style)}`, style);
    }),
    ...comparedLines(report, style),
    ...(findings.length === 0 ? [] : ['', ...comparedFindingLines(findings, style)]),
    '',
  ].join('\n');
}

/** The tables of flows that changed, and the line that counts. */
function comparedLines(report: CompareReport, style: Style): readonly string[] {
  const rows = comparedRows(report);
  const hosts = groupBy(rows, ({ first: { host, address } }) => JSON.stringify([host, address]));
  const tables = hosts.flatMap((group) => ['', placeOf(group, style), '', table(group, style)]);
  return [...tables, '', paragraph('', paintedCounts(report, style), style)];
}

/** The counts, red where there is a regression. */
export function paintedCounts(report: Parameters<typeof changeCounts>[0], { paint }: Style): string {
  const counts = changeCounts(report);
  return report.regressions > 0 ? counts.replace(/^\d+ \w+/, (text) => paint.fail(text)) : counts;
}

function placeOf([one]: readonly ComparedRow[], { paint }: Style): string {
  const { host = '', address = null } = one?.first ?? {};
  return paint.strong(address === null || address === host ? host : `${host}  ${address}`);
}

/** A table of flows that changed. */
export function table(rows: readonly ComparedRow[], style: Style): string {
  return renderColumns({
    head: ['CHANGE', 'FLOW', 'BEFORE', 'AFTER'],
    rows: rows.map(({ first, ports, name, from, before, after }) => [
      changeText(first, style),
      `${from} → ${ports}${name === '' ? '' : ` ${name}`}`,
      before,
      after,
    ]),
    flexible: 3,
    style,
  });
}

function changeText({ change, regression }: ComparedRow['first'], { paint }: Style): string {
  if (regression !== null) return paint.fail(`✗ ${change === 'unchanged' ? 'new finding' : change}`);
  return change === 'better' ? paint.pass('✓ better') : `  ${change}`;
}

/** New findings with what to do; of the others one line each that are gone, and how many stay. */
export function comparedFindingLines(findings: readonly ComparedFinding[], style: Style): readonly string[] {
  const added = findings.filter(({ change }) => change === 'new');
  const gone = findings.filter(({ change }) => change === 'gone');
  const stays = findings.length - added.length - gone.length;
  return [
    ...findingList(added, style),
    ...gone.map(({ message }) => paragraph('- ', `no longer: ${message}`, style)),
    ...(stays === 0 ? [] : [`- ${stays} ${stays === 1 ? 'finding' : 'findings'} as before`]),
  ];
}
