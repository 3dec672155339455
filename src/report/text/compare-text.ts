import type { CompareReport, ComparedFinding } from '../../verdict/reports/compare-report.ts';
import { comparedHeadline } from './parts/compared-headline.ts';
import { comparedRows, movedLines } from './parts/compared-rows.ts';
import type { Style } from '../style.ts';
import { comparedTables, paintedCounts } from './parts/compared-tables.ts';
import { findingList } from './parts/finding-list.ts';
import { paragraph } from './parts/paragraph.ts';
import { summaryLine } from './parts/summary-line.ts';

/** What changed between two reports: the answer in a sentence, the flows, a table a host, regressions first; then new findings, and those that are gone. */
export function compareText(report: CompareReport, style: Style): string {
  const { site, of, before, after, findings } = report;
  const name = site.name ?? Object.keys(site.hosts).join(', ');
  return [
    '',
    comparedHeadline(report, style),
    '',
    paragraph('', `${style.paint.strong(name)} · ${of}`, style),
    '',
    ...[before, after].map((one, index) => {
      const when = one.startedAt === null ? '' : `${one.startedAt.slice(0, 16).replace('T', ' ')}  `;
      const lead = `  ${index === 0 ? 'before' : 'after '}  `;
      return paragraph(lead, `${one.file}  ${when}${summaryLine(one.summary, null, style)}`, style);
    }),
    ...movedLines(report).map((line) => paragraph('- ', line, style)),
    ...comparedTables(comparedRows(report), style),
    '',
    paragraph('', paintedCounts(report, style), style),
    ...(findings.length === 0 ? [] : ['', ...findingLines(findings, style)]),
    '',
  ].join('\n');
}

/** New findings with what to do, a line each for those that are gone, and how many stay. */
function findingLines(findings: readonly ComparedFinding[], style: Style): readonly string[] {
  const added = findings.filter(({ change }) => change === 'new');
  const gone = findings.filter(({ change }) => change === 'gone');
  const stays = findings.length - added.length - gone.length;
  return [
    ...findingList(added, style),
    ...gone.map(({ message }) => paragraph('- ', `no longer: ${message}`, style)),
    ...(stays === 0 ? [] : [`- ${stays} ${stays === 1 ? 'finding' : 'findings'} as before`]),
  ];
}
