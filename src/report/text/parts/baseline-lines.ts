import type { Baseline } from '../../../verdict/reports/compare-report.ts';
import { comparedRows, movedLines } from './compared-rows.ts';
import type { Style } from '../../style.ts';
import { comparedTables, paintedCounts } from './compared-tables.ts';
import { paragraph } from './paragraph.ts';

/** What changed since the report of `--baseline`; nothing where there is none. */
export function baselineLines(baseline: Baseline | undefined, style: Style): readonly string[] {
  if (baseline === undefined) return [];
  const { file, startedAt, findings } = baseline;
  const when = startedAt === null ? '' : ` (${startedAt.slice(0, 16).replace('T', ' ')})`;
  const gone = findings.filter(({ change }) => change === 'gone');
  return [
    '',
    paragraph('', `Compared with ${file}${when}: ${paintedCounts(baseline, style)}`, style),
    ...movedLines(baseline).map((line) => paragraph('- ', line, style)),
    ...comparedTables(comparedRows(baseline), style),
    ...(gone.length === 0 ? [] : ['']),
    ...gone.map(({ message }) => paragraph('- ', `no longer: ${message}`, style)),
  ];
}
