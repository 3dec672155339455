import { pause } from '../../probe/schedule/pause.ts';
import type { Site } from '../../deployment/site.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import { check, type CheckContext, type CheckOptions, type Remembered } from './check.ts';

interface WaitOptions {
  readonly forMs: number;
  /** What exceptions make of a report: what they accept is not waited for. */
  readonly review: (report: CheckReport) => CheckReport;
  /** Between two rounds: what is not proven yet, and how long is left. */
  readonly onWaiting: (report: CheckReport, leftMs: number) => void;
}

/** Between the end of a round and the next. */
const PAUSE_MS = 2000;

/**
 * Checks again until everything is proven or the time is up. Only what was not proven is probed again; the report begins with the
 * first round and lasts until the end of the last.
 */
export async function checkUntil(
  site: Site,
  options: CheckOptions,
  { forMs, review, onWaiting }: WaitOptions,
  context: CheckContext,
): Promise<CheckReport> {
  const { system } = context;
  const startMs = system.monotonicMs();
  const memory = new Map<string, Remembered>();
  const startedAt = system.now().toISOString();
  for (;;) {
    const round = await check(site, { ...options, memory }, context);
    const report = { ...round, startedAt, durationMs: Math.round(system.monotonicMs() - startMs) };
    const leftMs = forMs - report.durationMs;
    const reviewed = review(report);
    const { flows, summary } = reviewed;
    const isProven = flows.length > 0 && summary.pass + (summary.accepted ?? 0) === flows.length;
    if (isProven || leftMs <= 0 || isInterrupted(options)) return report;
    const proven = new Set(report.flows.flatMap(({ id, verdict }) => (verdict === 'pass' ? id : [])));
    for (const id of memory.keys()) if (!proven.has(id)) memory.delete(id);
    onWaiting(reviewed, leftMs);
    await pause(Math.min(PAUSE_MS, leftMs), options.signal);
    // What is known is not probed again just to learn that the run was interrupted.
    if (isInterrupted(options)) return report;
  }
}

function isInterrupted({ signal }: CheckOptions): boolean {
  return signal?.aborted === true;
}
