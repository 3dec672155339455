import type { Site } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';
import type { Standpoint } from '../../verdict/compare/assert-comparable.ts';
import type { AcceptableReport } from '../../verdict/accept/accepted-parts.ts';
import type { AuditReport } from '../../verdict/reports/audit-report.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import type { Severity } from '../../verdict/shapes/severity.ts';

interface ReviewFlags {
  readonly accept: string | undefined;
  readonly baseline: string | undefined;
  readonly 'fail-on': Severity;
}

/** What a person said about earlier results, to be held against the report of this run. */
export type Review = <R extends CheckReport | AuditReport>(report: R) => R;

/**
 * Reads the files of `--accept` and `--baseline` before the work; nothing of it is loaded where none is given.
 * @throws InputError for files that can't be read or belong to something else
 */
export async function readReview(
  { accept, baseline: file, 'fail-on': failOn }: ReviewFlags,
  site: Site,
  run: Pick<Standpoint, 'kind' | 'vantage' | 'hook'>,
  system: System,
): Promise<Review> {
  const accepting = await readAcceptance(accept, system);
  if (file === undefined) return accepting;
  const { readBaseline, withBaseline } = await import('../../usecases/baseline.ts');
  const baseline = await readBaseline(file, site, run, system);
  return (report) => withBaseline(accepting(report), baseline, failOn);
}

/**
 * Reads the file of `--accept`.
 * @throws InputError with the place of what is wrong in it
 */
export async function readAcceptance(
  file: string | undefined,
  system: System,
): Promise<<R extends AcceptableReport>(report: R) => R> {
  if (file === undefined) return (report) => report;
  const [{ readExceptions }, { withExceptions }] = await Promise.all([
    import('../../usecases/accept/read-exceptions.ts'),
    import('../../usecases/accept/with-exceptions.ts'),
  ]);
  const exceptions = await readExceptions(file, system);
  return (report) => withExceptions(report, exceptions, system.now());
}
