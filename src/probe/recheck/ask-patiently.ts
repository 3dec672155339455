import type { System } from '../../system/system.ts';
import type { ProbeResult } from '../probes/probe.ts';
import type { Task } from '../schedule/task.ts';
import { reprobeOnce } from './reprobe.ts';
import type { RecheckOptions } from './recheck-options.ts';

/** The system sends its SYN again after 1 and after 3 seconds; an answer to either is waited for. */
export const LONG_TIMEOUT_MS = 5000;

const ROUNDS = 2;

/** Of the slowest answer so far. */
const ROUND_TRIPS = 4;

/**
 * An answer that takes longer than the timeout looks like silence. So the TCP ports whose silence would be taken for a proof, and all
 * silent ones of a host that answers slowly, are asked once more and waited for long; an answer stands.
 */
export async function askPatiently(
  tasks: readonly Task[],
  { timeoutMs, concurrency, slowMs, signal }: RecheckOptions,
  system: System,
): Promise<void> {
  const endsAtMs = system.monotonicMs() + slowMs;
  const asked = new Set<Task>();
  // What is learned from some makes others doubtful: a host that turns out to be slow.
  for (let round = 0; round < ROUNDS; round += 1) {
    const doubtful = tasks.filter((task) => !asked.has(task) && isUnanswered(task, timeoutMs));
    for (let next = 0; next < doubtful.length; next += concurrency) {
      const some = doubtful.slice(next, next + concurrency);
      await Promise.all(some.map((task) => askOnce(task, timeoutMs, system, signal)));
      if (signal?.aborted === true || system.monotonicMs() >= endsAtMs) return;
      for (const task of some) asked.add(task);
    }
  }
}

async function askOnce(
  task: Task,
  timeoutMs: number,
  system: System,
  signal: AbortSignal | undefined,
): Promise<void> {
  const waitMs = Math.max(timeoutMs, LONG_TIMEOUT_MS, ROUND_TRIPS * task.host.slowestOpenMs);
  const startedAtMs = system.monotonicMs();
  const again = await reprobeOnce(task, waitMs, signal);
  if (signal?.aborted === true) return;
  task.attempts += 1;
  if (again.kind === 'silence' && task.result?.kind === 'silence')
    task.waitedMs += system.monotonicMs() - startedAtMs;
  take(task, again, timeoutMs);
}

function isUnanswered(task: Task, timeoutMs: number): boolean {
  const { target, result, host } = task;
  if (target.transport !== 'tcp' || target.isControl === true || host.isThisMachine) return false;
  // Where nothing but ICMP came back, one port tells whether the host itself is slow.
  if (!host.hasAnswered) return host.hasReply && task === host.firstTask && result?.kind === 'silence';
  const isSlow = host.isSlow(timeoutMs);
  return result?.kind === 'silence' && (isSlow || target.mustBeSilent === true);
}

/** What comes back fast now, but did not before, is a reaction to probing. */
function take(task: Task, again: ProbeResult, timeoutMs: number): void {
  if (again.kind === 'silence' || (again.kind === 'errno' && again.isLocal)) return;
  const isLate = again.rttMs >= timeoutMs;
  if (again.kind === 'errno' && !isLate) return;
  const wasSilent = task.result?.kind === 'silence';
  task.result = again;
  const { host } = task;
  if (again.kind === 'errno') {
    host.note(task);
    return;
  }
  host.hasAnswered = true;
  if (!wasSilent) return;
  if (isLate) {
    task.isLate = true;
    host.slowestOpenMs = Math.max(host.slowestOpenMs, again.rttMs);
  } else if (2 * again.rttMs <= timeoutMs) host.isReacting = true;
}
