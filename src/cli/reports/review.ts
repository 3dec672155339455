import type { Site } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';
import type { Standpoint } from '../../verdict/compare/assert-comparable.ts';
import type { AuditReport } from '../../verdict/reports/audit-report.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import type { Severity } from '../../verdict/shapes/severity.ts';

interface ReviewFlags {
  readonly baseline: string | undefined;
  readonly 'fail-on': Severity;
}

/** What a person said about earlier results, to be held against the report of this run. */
export type Review = <R extends CheckReport | AuditReport>(report: R) => R;

/**
 * Reads the files of `--baseline` before the work; nothing of it is loaded where none is given.
 * @throws InputError for files that can't be read or belong to something else
 */
export async function readReview(
  { baseline: file, 'fail-on': failOn }: ReviewFlags,
  site: Site,
  run: Pick<Standpoint, 'kind' | 'vantage' | 'hook'>,
  system: System,
): Promise<Review> {
  if (file === undefined) return (report) => report;
  const { readBaseline, withBaseline } = await import('../../usecases/baseline.ts');
  const baseline = await readBaseline(file, site, run, system);
  return (report) => withBaseline(report, baseline, failOn);
}
