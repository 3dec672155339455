import type { System } from '../../system/system.ts';
import { reprobe } from './reprobe.ts';
import type { KernelCounters } from './kernel-counters.ts';
import type { ProbeResult } from '../probes/probe.ts';
import type { RefusalBounds } from './refusal-count.ts';
import { remoteError, type RefusalCause, type Task } from '../schedule/task.ts';

/** What asking again one by one may take in all; what is left then waits for its turn in `ask-slowly.ts`. */
const BUDGET_MS = 2000;

/** From this round trip on ports are asked together first: one by one they would take too long. */
const SLOW_MS = 60;

/** A busy machine may read an answer late; one that is there costs no more than it takes. */
const MIN_TIMEOUT_MS = 200;
const MAX_TIMEOUT_MS = 1200;

/** Ports asked together. */
const MAX = 64;

/** Other traffic may arrive with an answer, but not with each of them. */
const TRIES = 3;

/**
 * Tells a closed port from a rejected one. To connect(2) a TCP reset (nobody listens) and an ICMP port unreachable (a
 * firewall's REJECT) are the same ECONNREFUSED, but Linux counts what arrives, and two facts hold whatever else goes
 * on: where no ICMP message arrived between question and refusal, it was a reset; where no TCP segment arrived, it was
 * ICMP. The run as a whole is judged first; what that leaves open is asked again: ports far away all together, which only
 * tells if all are alike, then one by one. What this settles may settle the rest by elimination. What still can't be told
 * is marked, to be asked once more alone.
 */
export async function explainRefusals(
  tasks: readonly Task[],
  bounds: RefusalBounds,
  system: System,
  signal: AbortSignal | undefined,
): Promise<void> {
  const refused = tasks.filter((task) => isTcp(task) && remoteError(task)?.errno === 'ECONNREFUSED');
  for (const task of refused) task.cause = byBounds(task, bounds);
  const isOpen = (task: Task): boolean => signal?.aborted !== true && needsAsking(task, bounds);
  const slow = tasks.filter((task) => isOpen(task) && rttOf(task) >= SLOW_MS).slice(0, MAX);
  if (slow.length > 1) await ask(slow, MAX_TIMEOUT_MS, system, signal);
  const endsAt = system.monotonicMs() + BUDGET_MS;
  const nearFirst = tasks.filter(isOpen).sort((a, b) => rttOf(a) - rttOf(b));
  for (const task of nearFirst) {
    for (let attempt = 0; attempt < TRIES && isOpen(task); attempt += 1) {
      const leftMs = endsAt - system.monotonicMs();
      if (leftMs <= 0) break;
      const [again] = await ask([task], Math.min(timeoutFor(task), leftMs), system, signal);
      // Beyond the ICMP limit more of the same would be silent, too.
      if (again?.kind === 'silence') break;
    }
  }
  eliminate(refused, bounds);
  for (const task of refused) task.isAmbiguous = task.cause === undefined;
}

/** Asks again, and notes what the counters tell of those that answered as before. */
async function ask(
  group: readonly Task[],
  waitMs: number,
  system: System,
  signal: AbortSignal | undefined,
): Promise<readonly ProbeResult[]> {
  const { results, arrived } = await reprobe(group, waitMs, system, signal);
  group.forEach((task, index) => {
    const result = results[index];
    const isSame = result?.kind === 'errno' && result.errno === remoteError(task)?.errno;
    if (isSame && arrived !== null) task.cause = causeOf(task, arrived);
  });
  return results;
}

/** What made a refusal or ICMP error, given all that arrived since it was provoked. */
export function causeOf({ target, host }: Task, arrived: KernelCounters): RefusalCause | undefined {
  const icmpIn = arrived.icmpIn[target.address.family];
  const icmpOut = arrived.icmpOut[target.address.family];
  if (icmpIn === 0) return arrived.tcpIn > 0 ? 'reset' : undefined;
  if (arrived.tcpIn > 0) return undefined;
  if (icmpOut === 0 || host.isThisMachine) return 'icmp';
  return icmpOut >= icmpIn ? 'own-icmp' : undefined;
}

function rttOf(task: Task): number {
  return remoteError(task)?.rttMs ?? 0;
}

function timeoutFor(task: Task): number {
  return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, 4 * rttOf(task)));
}

function byBounds(task: Task, bounds: RefusalBounds): RefusalCause | undefined {
  const maxIcmp = bounds.maxIcmp[task.target.address.family];
  if (maxIcmp === 0 && bounds.maxResets > 0) return 'reset';
  return maxIcmp > 0 && bounds.maxResets === 0 && !mayBeOwn(task, bounds) ? 'icmp' : undefined;
}

/** Refusals without a cause, and ICMP errors that may be this machine's own. */
function needsAsking(task: Task, bounds: RefusalBounds): boolean {
  const errno = remoteError(task)?.errno;
  if (!isTcp(task) || errno === undefined || task.cause !== undefined) return false;
  return errno === 'ECONNREFUSED' || mayBeOwn(task, bounds);
}

function eliminate(refused: readonly Task[], bounds: RefusalBounds): void {
  const resets = refused.filter(({ cause }) => cause === 'reset').length;
  for (const task of refused.filter(({ cause }) => cause === undefined)) {
    if (resets === bounds.maxResets && !mayBeOwn(task, bounds)) task.cause = 'icmp';
  }
}

function mayBeOwn({ target, host }: Task, { hasSentIcmp }: RefusalBounds): boolean {
  return hasSentIcmp[target.address.family] && !host.isThisMachine;
}

function isTcp({ target }: Task): boolean {
  return target.transport === 'tcp';
}
