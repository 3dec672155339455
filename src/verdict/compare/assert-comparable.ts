import { InputError } from '../../input-error.ts';
import type { AuditReport } from '../reports/audit-report.ts';
import type { SavedCheck } from '../reports/check-report.ts';
import type { MergeReport } from '../reports/merge-report.ts';
import type { SiteSummary } from '../reports/report.ts';

/** A report that can be compared. */
export type ComparableReport = SavedCheck | AuditReport | MergeReport;

/** A report and what its file is called; null: it is the one of this run. */
export interface NamedReport<R = ComparableReport> {
  readonly file: string | null;
  readonly report: R;
}

/** What has to be alike in two reports, which a run knows before it has a report. */
export interface Standpoint {
  readonly kind: ComparableReport['kind'];
  readonly site: Pick<SiteSummary, 'name' | 'portOffset'> & {
    readonly hosts: Readonly<Record<string, unknown>>;
  };
  /** Of a check. */
  readonly vantage?: { readonly as: string };
  /** Of an audit. */
  readonly hook?: string;
}

/** @throws InputError for reports of different kinds, sites or points of view: none of their flows would be the same. */
export function assertComparable(before: NamedReport<Standpoint>, after: NamedReport<Standpoint>): void {
  const [a, b] = [factsOf(before.report), factsOf(after.report)];
  const name = Object.keys(a).find((key) => key in b && a[key] !== b[key]);
  if (name !== undefined) throw unlike(before, after, name, [a[name] ?? '', b[name] ?? '']);
  const [old, now] = [Object.keys(before.report.site.hosts), Object.keys(after.report.site.hosts)];
  if (old.length > 0 && now.length > 0 && !now.some((host) => old.includes(host)))
    throw unlike(before, after, 'hosts', [shown(old), shown(now)]);
}

function factsOf({ kind, site, vantage, hook }: Standpoint): Readonly<Record<string, string>> {
  return {
    kind,
    ...(site.name !== null && { 'name of the site': `"${site.name}"` }),
    'port offset': `${site.portOffset}`,
    ...(vantage !== undefined && { 'seen as': vantage.as }),
    ...(hook !== undefined && { hook }),
  };
}

function shown(hosts: readonly string[]): string {
  const [first = '', ...others] = hosts;
  return `"${first}"${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

function unlike(
  before: NamedReport<unknown>,
  after: NamedReport<unknown>,
  what: string,
  [there, here]: readonly [string, string],
): InputError {
  const isRun = after.file === null;
  return new InputError({
    code: 'not-comparable',
    message: isRun
      ? `--baseline: this report can't be compared with this run: ${what} ${there}, here ${here}`
      : `this report can't be compared with ${before.file ?? ''}: ${what} ${here}, there ${there}`,
    fix: isRun
      ? 'give a report that the same command wrote for the same site'
      : 'give two reports of one kind (check, audit or merge), of one site and one point of view',
    ...((isRun ? before.file : after.file) !== null && { file: (isRun ? before.file : after.file) ?? '' }),
  });
}
