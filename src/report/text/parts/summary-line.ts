import type { Summary } from '../../../verdict/reports/report.ts';
import type { Style } from '../../style.ts';

/**
 * `10 proven · 1 failed · 4 unproven of 15 · 1.3 s`; the time only where one run took it.
 * @param known how many of the failures are those of the baseline
 */
export function summaryLine(
  { pass, fail, unproven, accepted = 0 }: Summary,
  durationMs: number | null,
  { paint }: Pick<Style, 'paint'>,
  known = 0,
): string {
  const parts = [
    pass > 0 ? paint.pass(`${pass} proven`) : '0 proven',
    fail > 0 ? paint.fail(`${fail} failed`) + (known > 0 ? ` (${known} known)` : '') : '0 failed',
    unproven > 0 ? paint.unproven(`${unproven} unproven`) : '0 unproven',
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ];
  const time = durationMs === null ? '' : ` · ${(durationMs / 1000).toFixed(1)} s`;
  return `${parts.join(' · ')} of ${pass + fail + unproven + accepted}${time}`;
}
