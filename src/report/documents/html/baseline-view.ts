import {
  afterWithRules,
  changeCounts,
  comparedRows,
  movedLines,
  REGRESSION,
} from '../../text/parts/compared-rows.ts';
import type { Results } from '../../results/results.ts';

/** What changed since the baseline; without one its `file` is empty. */
export function baselineView({ baseline }: Results) {
  if (baseline === null) return { file: '', counts: '', moved: [], rows: [], gone: [] };
  return {
    file: baseline.file,
    counts: changeCounts(baseline),
    moved: movedLines(baseline),
    rows: comparedRows(baseline).map((row) => {
      const { first, from, ports, name, before } = row;
      return {
        tone: first.regression !== null ? 'fail' : first.change === 'better' ? 'pass' : 'note',
        change:
          first.regression === null ? first.change : `✗ ${first.change}: ${REGRESSION[first.regression]}`,
        flow: `${from} → ${ports} ${name}`,
        host: first.host,
        before,
        after: afterWithRules(row),
      };
    }),
    gone: baseline.findings.flatMap(({ change, message }) => (change === 'gone' ? message : [])),
  };
}
