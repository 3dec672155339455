import type { ReportFormatId } from '../../report/registry.ts';
import type { Rendered, ReportKind, ReportOf, RunContext } from '../../report/results/report-format.ts';
import type { Style } from '../../report/style.ts';
import type { System } from '../../system/system.ts';
import { appendJobSummary } from './job-summary.ts';
import { renderReport } from '../output/render-report.ts';
import { PLAIN } from '../output/style.ts';
import { unwritableReport, type ReportPlan } from './report-plan.ts';

/** What a command knows of the run that made the report. */
export interface MadeReport {
  /** ISO 8601, null for a saved report. */
  readonly ranAt: string | null;
  /** The exit code waves unproven flows through. */
  readonly isUnprovenAccepted: boolean;
}

/** Writes the files of the plan, each whole or not at all, and the job summary. */
export async function writeReportFiles<K extends ReportKind>(
  report: ReportOf<K>,
  { files, stdout, stdinName }: ReportPlan,
  made: MadeReport,
  system: Pick<System, 'writeTextAtomic'>,
): Promise<void> {
  for (const { format, file } of files) {
    const text = whole(await renderReport(report, format, FILE_STYLE, runContext(made, stdinName)));
    await system.writeTextAtomic(file, text).catch((error: unknown) => {
      throw unwritableReport(file, error);
    });
  }
  const summary = process.env.GITHUB_STEP_SUMMARY ?? '';
  const isGithub = (format: ReportFormatId | null): boolean => format === 'github';
  if (summary === '' || ![stdout, ...files.map(({ format }) => format)].some(isGithub)) return;
  const markdown = whole(await renderReport(report, 'markdown', FILE_STYLE, runContext(made, stdinName)));
  await appendJobSummary(summary, markdown).catch((error: unknown) => {
    throw unwritableReport(summary, error);
  });
}

/** A file has no width and no colours. */
const FILE_STYLE: Style = { width: null, paint: PLAIN };

function whole(rendered: Rendered): string {
  return typeof rendered === 'string' ? rendered : [...rendered].join('');
}

/** What the formats may know beside the report. */
export function runContext(
  { ranAt, isUnprovenAccepted }: MadeReport,
  stdinName: string | null,
): Omit<RunContext, 'templates'> {
  return {
    ranAt,
    isUnprovenAccepted,
    stdinName,
    folder: process.cwd(),
    unixSeconds: (time) => Date.parse(time) / 1000,
  };
}
