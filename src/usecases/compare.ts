import { InputError } from '../input-error.ts';
import type { System } from '../system/system.ts';
import type { NamedReport } from '../verdict/compare/assert-comparable.ts';
import { compareReports } from '../verdict/compare/compare-reports.ts';
import type { CompareReport } from '../verdict/reports/compare-report.ts';
import type { Tool } from '../verdict/reports/head.ts';
import type { Severity } from '../verdict/shapes/severity.ts';
import { sourceName, STANDARD_INPUT } from './read-input.ts';
import { savedReport } from './report.ts';

interface CompareContext {
  readonly system: System;
  readonly tool: Tool;
}

/**
 * Holds two saved reports against each other.
 * @param failOn the least severe finding that fails
 * @throws InputError for files that can't be read, are no reports, or do not belong together
 */
export async function compare(
  before: string,
  after: string,
  failOn: Severity,
  { system, tool }: CompareContext,
): Promise<CompareReport> {
  if (before === STANDARD_INPUT && after === STANDARD_INPUT)
    throw new InputError({
      code: 'file-twice',
      message: 'standard input is given twice',
      value: before,
      fix: 'give one of the reports as a file',
    });
  const [old, now] = [await comparableReport(before, system), await comparableReport(after, system)];
  return compareReports(old, now, failOn, tool);
}

/** A saved report of check, audit or merge. @throws InputError for any other file */
export async function comparableReport(
  file: string,
  system: Pick<System, 'readBytes'>,
): Promise<NamedReport> {
  const report = await savedReport(file, system);
  if (report.kind === 'check' || report.kind === 'audit' || report.kind === 'merge')
    return { file: sourceName(file), report };
  throw new InputError({
    code: 'not-comparable',
    message: `this is a report of kind "${report.kind}", which has no flows to compare`,
    value: report.kind,
    fix: 'give a report of check, audit or merge',
    file: sourceName(file),
  });
}
