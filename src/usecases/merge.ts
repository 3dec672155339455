import { accessOfSite } from './access-of-site.ts';
import { groupBy } from '../group-by.ts';
import { InputError } from '../input-error.ts';
import type { ListenSession } from '../responder/log/listen-session.ts';
import { isListenLog, readListenLog } from '../responder/log/read-listen-log.ts';
import type { System } from '../system/system.ts';
import { withoutAcceptance } from '../verdict/accept/apply-exceptions.ts';
import type { Tool } from '../verdict/reports/head.ts';
import { joinListenLog } from '../verdict/merge/join-listen-log.ts';
import { mergeChecks } from '../verdict/merge/merge-checks.ts';
import type { SavedFile } from '../verdict/merge/assert-mergeable.ts';
import type { MergeReport } from '../verdict/reports/merge-report.ts';
import type { SavedCheck } from '../verdict/reports/check-report.ts';
import { readSavedCheck } from '../verdict/reports/saved-check.ts';
import { logViews, readListenLogs, whyNoWitness, type Run } from './check/listen-logs.ts';
import { readInput, refuseFiles, refuseTwice, sourceName } from './read-input.ts';

export interface MergeOptions {
  /** What `vwaudit listen` wrote on the hosts while the checks ran. */
  readonly listenLogs: readonly string[];
}

export interface Merged {
  readonly report: MergeReport;
  /** What to know of the logs, for stderr. */
  readonly notices: readonly string[];
}

interface MergeContext {
  readonly system: System;
  readonly tool: Tool;
}

/**
 * Reads reports of `check --json`, one for each vantage point, and makes one of them, with what listen logs prove.
 * @param files in any order; `-` is standard input, at most once
 * @throws InputError for files that can't be read, are no such reports or logs, or do not belong together
 */
export async function merge(
  files: readonly string[],
  { listenLogs }: MergeOptions,
  { system, tool }: MergeContext,
): Promise<Merged> {
  refuseFiles(files, NO_REPORT, 'report');
  refuseTwice([...listenLogs, ...files], 'file');
  const [given, named] = await Promise.all([
    Promise.all(files.map(async (file) => ({ file, text: await readInput(file, system) }))),
    readListenLogs(listenLogs, system),
  ]);
  // `--listen-log a.jsonl b.jsonl`: the second is no value of the flag, and plainly no report.
  const logs = given.filter(({ text }) => isListenLog(text));
  const sessions = [...named, ...logs.flatMap(({ file, text }) => readListenLog(text, sourceName(file)))];
  const saved = given.filter(({ text }) => !isListenLog(text));
  if (saved.length === 0) throw new InputError(NO_REPORT);
  const checks = saved.map(({ file, text }) => {
    const report = readSavedCheck(text, sourceName(file));
    return { file, report, run: runOf(report) };
  });
  const reports = checks.map(({ file, report, run }) => {
    const others = checks
      .filter((other) => !other.run.from.some((address) => run.from.includes(address)))
      .map((other) => other.run);
    return {
      file,
      report: joinListenLog(withoutAcceptance(report), logViews(sessions, report.flows, run, others)),
    };
  });
  return {
    report: mergeChecks(reports, tool, Date.parse, accessOfSite),
    notices: noticesOf(reports, sessions),
  };
}

function runOf({ startedAt, durationMs, vantage }: SavedCheck): Run {
  return { startedMs: Date.parse(startedAt), durationMs, from: vantage.addresses };
}

function noticesOf(reports: readonly SavedFile[], sessions: readonly ListenSession[]): readonly string[] {
  return groupBy(sessions, ({ file }) => file).flatMap((log) =>
    reports.flatMap(({ file, report: { startedAt, durationMs } }) => {
      const why = whyNoWitness(log, { startedMs: Date.parse(startedAt), durationMs });
      return why === null ? [] : [`note: ${log[0]?.file ?? ''} cannot prove silence in ${file}: ${why}`];
    }),
  );
}

const NO_REPORT = {
  code: 'no-report',
  message: 'no report is given',
  fix: 'name the files vwaudit check --json wrote, or - for standard input',
};
