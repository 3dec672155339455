import type { RunContext } from '../results/report-format.ts';
import { placeOfIssue } from '../results/file-place.ts';
import { fingerprint } from '../results/fingerprint.ts';
import { issueLines } from '../results/issue-lines.ts';
import type { Results, Weight } from '../results/results.ts';
import type { Style } from '../style.ts';

/** GitLab's subset of the Code Climate format: an array, an entry a finding. */
export function codeQuality({ issues }: Results, _style: Style, run: RunContext): string {
  const used = new Map<string, number>();
  const entries = issues.map((issue) => {
    const { path, line } = placeOfIssue(issue, run);
    return {
      description: `${WORD[issue.weight]}: ${issueLines(issue).join(' ')}`,
      check_name: `vwaudit/${issue.code}`,
      fingerprint: unique(fingerprint(issue), used),
      severity: SEVERITY[issue.weight],
      location: { path, lines: { begin: line } },
    };
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}

const WORD: Readonly<Record<Weight, string>> = {
  fail: 'failed',
  warning: 'warning',
  unproven: 'unproven',
  accepted: 'accepted',
  note: 'note',
};

const SEVERITY: Readonly<Record<Weight, string>> = {
  fail: 'critical',
  warning: 'major',
  unproven: 'minor',
  accepted: 'info',
  note: 'info',
};

/** GitLab takes entries with one fingerprint for one. */
function unique(print: string, used: Map<string, number>): string {
  const count = (used.get(print) ?? 0) + 1;
  used.set(print, count);
  return count === 1 ? print : `${print}-${count}`;
}
