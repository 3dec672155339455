import { selectedHosts } from '../deployment/selected-hosts.ts';
import type { Site } from '../deployment/site.ts';
import { InputError } from '../input-error.ts';
import { printableAll } from '../printable.ts';
import type { System } from '../system/system.ts';
import { assertComparable, type NamedReport, type Standpoint } from '../verdict/compare/assert-comparable.ts';
import { sinceBaseline } from '../verdict/compare/compare-reports.ts';
import type { AuditReport } from '../verdict/reports/audit-report.ts';
import type { CheckReport } from '../verdict/reports/check-report.ts';
import type { Severity } from '../verdict/shapes/severity.ts';
import { comparableReport } from './compare.ts';
import { STANDARD_INPUT } from './read-input.ts';

/**
 * The report of `--baseline`, read before the work: a check may take minutes.
 * @param run what is known of the report that will be compared with it
 * @throws InputError where it can't be compared
 */
export async function readBaseline(
  file: string,
  site: Site,
  run: Pick<Standpoint, 'kind' | 'vantage' | 'hook'>,
  system: Pick<System, 'readBytes'>,
): Promise<NamedReport> {
  if (file === STANDARD_INPUT)
    throw new InputError({
      code: 'baseline-stdin',
      message: '--baseline is not read from standard input',
      value: file,
      fix: 'give a file',
    });
  const baseline = await comparableReport(file, system);
  const { name, portOffset } = printableAll(site);
  const hosts = Object.fromEntries(selectedHosts(site).map(({ key }) => [key, true]));
  const report = { ...run, site: { name, portOffset, hosts }, flows: [] };
  assertComparable(baseline, { file: null, report });
  return baseline;
}

/** The report with what changed since its baseline. Saved texts are printable, so those of this run are compared as printable ones. */
export function withBaseline<R extends CheckReport | AuditReport>(
  report: R,
  baseline: NamedReport | null,
  failOn: Severity,
): R {
  if (baseline === null) return report;
  return {
    ...report,
    baseline: sinceBaseline(baseline, { file: null, report: printableAll(report) }, failOn),
  };
}
