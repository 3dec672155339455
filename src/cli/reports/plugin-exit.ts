import { NAGIOS_EXIT, nagiosStatus } from '../../report/documents/nagios-line.ts';
import { resultsOf, type ReportWithResults } from '../../report/results/results-of.ts';
import type { ExitCode } from '../exit/exit-code.ts';
import type { MadeReport } from './write-reports.ts';

/** The exit code that the plugin guidelines want beside the line on stdout. */
export function pluginExit(report: ReportWithResults, { ranAt, isUnprovenAccepted }: MadeReport): ExitCode {
  return NAGIOS_EXIT[nagiosStatus(resultsOf(report, ranAt), { isUnprovenAccepted })];
}
