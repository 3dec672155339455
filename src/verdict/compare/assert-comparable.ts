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
  /** Where there are none yet, the hosts of the site are those of the report. */
  readonly flows: readonly { readonly host: string }[];
  /** Of a check. */
  readonly vantage?: { readonly as: string };
  /** Of an audit. */
  readonly hook?: string;
}

/** @throws InputError for reports of different kinds, sites, hosts or points of view: none of their flows would be the same. */
export function assertComparable(before: NamedReport<Standpoint>, after: NamedReport<Standpoint>): void {
  const [a, b] = [factsOf(before.report), factsOf(after.report)];
  const name = Object.keys(a).find((key) => key in b && a[key] !== b[key]);
  if (name !== undefined) {
    const [there, here] = [a[name] ?? '', b[name] ?? ''];
    throw unlike(
      before,
      after,
      after.file === null ? `${name} ${there}, here ${here}` : `${name} ${here}, there ${there}`,
    );
  }
  const [old, now] = [hostsOf(before.report), hostsOf(after.report)];
  if (old.length > 0 && now.length > 0 && !now.some((host) => old.includes(host)))
    throw unlike(before, after, `these are of different hosts: ${shown(old)}, ${shown(now)}`);
}

/** The hosts it has results for: a site file may list others. */
function hostsOf({ flows, site }: Standpoint): readonly string[] {
  return flows.length === 0 ? Object.keys(site.hosts) : [...new Set(flows.map(({ host }) => host))];
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
  return `${first}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

function unlike(before: NamedReport<unknown>, after: NamedReport<unknown>, why: string): InputError {
  const isRun = after.file === null;
  const file = isRun ? before.file : after.file;
  return new InputError({
    code: 'not-comparable',
    message: isRun
      ? `--baseline: this report can't be compared with this run: ${why}`
      : `this report can't be compared with ${before.file ?? ''}: ${why}`,
    fix: isRun
      ? 'give a report that the same command wrote for the same hosts'
      : 'give two reports of one kind (check, audit or merge), of the same hosts and one point of view',
    ...(file !== null && { file }),
  });
}
