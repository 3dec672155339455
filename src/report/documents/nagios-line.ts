import type { RunContext } from '../results/report-format.ts';
import type { Style } from '../style.ts';
import type { Results, Weight } from '../results/results.ts';

/** The exit codes of the plugin guidelines. */
export const NAGIOS_EXIT = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;

export type NagiosStatus = keyof typeof NAGIOS_EXIT;

/** Some programs cut what is longer. */
const MAX_MESSAGE = 400;
const MAX_NAME = 100;

/** `vwaudit maps CRITICAL: 1 failed, 2 unproven, 14 proven of 17 - the worst finding | pass=14 …`: one line. */
export function nagiosLine(results: Results, _style: Style, run: RunContext): string {
  const { title, summary, issues, durationMs, baseline } = results;
  const { pass, fail, unproven, accepted = 0 } = summary;
  const total = pass + fail + unproven + accepted;
  const excused = accepted > 0 ? `, ${accepted} accepted` : '';
  const since = baseline === null ? '' : `, ${baseline.regressions} regressions`;
  const counts = `${fail} failed, ${unproven} unproven, ${pass} proven of ${total}${excused}${since}`;
  const worst = issues.find(({ weight, isKnown }) => weight !== 'note' && weight !== 'accepted' && !isKnown);
  const example = worst === undefined ? '' : ` - ${cut(foreign(worst.message), MAX_MESSAGE)}`;
  const warnings = issues.filter(({ weight }) => weight === 'warning').length;
  const data = [
    `pass=${pass};;;0;${total}`,
    `fail=${fail};;0;0;${total}`,
    `unproven=${unproven};;;0;${total}`,
    ...(accepted > 0 ? [`accepted=${accepted};;;0;${total}`] : []),
    `warnings=${warnings};0;;0;`,
    ...(baseline === null ? [] : [`regressions=${baseline.regressions};;0;0;`]),
    ...(durationMs === null ? [] : [`time=${(durationMs / 1000).toFixed(3)}s;;;0;`]),
  ].join(' ');
  return `vwaudit ${cut(foreign(title), MAX_NAME)} ${nagiosStatus(results, run)}: ${counts}${example} | ${data}\n`;
}

/** The worst of all issues, but those of the baseline; unproven flows that a flag accepts are none. */
export function nagiosStatus(
  { issues: all, summary, flows, baseline }: Pick<Results, 'issues' | 'summary' | 'flows' | 'baseline'>,
  { isUnprovenAccepted }: Pick<RunContext, 'isUnprovenAccepted'>,
): NagiosStatus {
  const issues = all.filter(({ isKnown }) => !isKnown);
  const has = (weight: Weight): boolean => issues.some((issue) => issue.weight === weight);
  const hasFailed = baseline === null ? summary.fail > 0 || has('fail') : baseline.regressions > 0;
  if (hasFailed) return 'CRITICAL';
  if (has('warning')) return 'WARNING';
  if (flows.length > 0 && isUnprovenAccepted) return 'OK';
  const hasUnproven = baseline === null ? summary.unproven > 0 : baseline.newUnproven > 0;
  return hasUnproven || has('unproven') ? 'UNKNOWN' : 'OK';
}

/** `|` begins the performance data, and a line break the next line. */
function foreign(text: string): string {
  return text.replaceAll('|', '/').replace(/\s+/g, ' ');
}

/** Never between the halves of a character. */
function cut(text: string, most: number): string {
  const kept = text.slice(0, most - 3).replace(/[\ud800-\udbff]$/, '');
  return text.length <= most ? text : `${kept}...`;
}
