import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../input-error.ts';
import { descriptorOf, fileTarget } from '../../system/file-target.ts';
import type { ReportFormatId } from '../../report/registry.ts';
import type { WantedReport } from './report-flags.ts';

/** Which reports a run writes. */
export interface ReportPlan {
  /** Null: the first format of the kind, for people. */
  readonly stdout: ReportFormatId | null;
  readonly files: readonly (WantedReport & { readonly file: string })[];
  readonly stdinName: string | null;
}

interface ReportPlanFlags {
  readonly json: boolean;
  readonly report: readonly WantedReport[] | undefined;
  readonly 'stdin-name': string | undefined;
}

/**
 * Made before the work, which may take minutes.
 * @throws InputError where two reports would go to one place, or a file can't be written there
 */
export function planReports({ json, report = [], 'stdin-name': stdinName }: ReportPlanFlags): ReportPlan {
  const [first, second] = [
    ...(json ? ['json' as const] : []),
    ...report.flatMap(({ format, file }) => (file === null ? [format] : [])),
  ];
  if (second !== undefined)
    throw new InputError({
      code: 'two-reports-on-stdout',
      message: `two reports for standard output (${first ?? ''}, ${second})`,
      fix: `write one to a file, for example --report ${second}=FILE`,
    });
  const files = report.flatMap(({ format, file }) => (file === null ? [] : [{ format, file }]));
  const places = files.map(({ file }) => fileTarget(file));
  const twice = files.find((_, index) => places.indexOf(places[index] ?? '') < index);
  if (twice !== undefined)
    throw new InputError({
      code: 'report-file-twice',
      message: `--report: "${twice.file}" is given twice`,
      value: twice.file,
      fix: 'give each report a file of its own',
    });
  for (const { file } of files) refuseUnwritable(file);
  return { stdout: first ?? null, files, stdinName: stdinName ?? null };
}

function refuseUnwritable(file: string): void {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) throw unwritableReport(file, 'it is a folder');
    if (there !== undefined) accessSync(file, constants.W_OK);
    // The file is written beside and renamed.
    if (there?.isFile() !== false && descriptorOf(file) === null)
      accessSync(path.dirname(fileTarget(file)), constants.W_OK);
  } catch (error) {
    throw error instanceof InputError ? error : unwritableReport(file, error);
  }
}

/** The error of a report that can't be written. */
export function unwritableReport(file: string, why: unknown): InputError {
  return new InputError({
    code: 'unwritable-file',
    message: `--report: "${file}" can't be written (${why instanceof Error ? why.message : String(why)})`,
    value: file,
    fix: 'give a file in a folder you may write to',
  });
}
