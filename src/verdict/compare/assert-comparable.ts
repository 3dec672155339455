import { InputError } from '../../input-error.ts';
import type { AuditReport } from '../reports/audit-report.ts';
import type { SavedCheck } from '../reports/check-report.ts';
import type { MergeReport } from '../reports/merge-report.ts';

/** A report that can be compared. */
export type ComparableReport = SavedCheck | AuditReport | MergeReport;

/** A report and what its file is called. */
export interface NamedReport<R extends ComparableReport = ComparableReport> {
  readonly file: string;
  readonly report: R;
}

/** @throws InputError for reports of different kinds, sites or points of view: none of their flows would be the same. */
export function assertComparable(before: NamedReport, after: NamedReport): void {
  const [a, b] = [factsOf(before.report), factsOf(after.report)];
  const name = Object.keys(a).find((key) => a[key] !== b[key]);
  if (name !== undefined)
    throw unlike(before, after, `${name} ${b[name] ?? 'missing'}, there ${a[name] ?? 'missing'}`);
  const [old, now] = [Object.keys(before.report.site.hosts), Object.keys(after.report.site.hosts)];
  if (old.length > 0 && now.length > 0 && !now.some((host) => old.includes(host)))
    throw unlike(before, after, `host ${shown(now)}, there ${shown(old)}`);
}

function factsOf(report: ComparableReport): Readonly<Record<string, string>> {
  const { kind, site } = report;
  return {
    kind,
    ...(site.name !== null && { 'site name': `"${site.name}"` }),
    'port offset': `${site.portOffset}`,
    ...(report.kind === 'check' && { 'seen as': report.vantage.as }),
    ...(report.kind === 'audit' && { hook: report.hook }),
  };
}

function shown(hosts: readonly string[]): string {
  const [first = '', ...others] = hosts;
  return `"${first}"${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

function unlike(before: NamedReport, { file }: NamedReport, what: string): InputError {
  return new InputError({
    code: 'not-comparable',
    message: `this report can't be compared with ${before.file}: ${what}`,
    fix: 'give two reports of one kind (check, audit or merge), of one site and one point of view',
    file,
  });
}
