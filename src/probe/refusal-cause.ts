import type { System } from '../system/system.ts';
import { askAgain } from './ask-again.ts';
import type { KernelCounters } from './kernel-counters.ts';
import type { RefusalBounds } from './refusal-count.ts';
import { remoteError, type RefusalCause, type Task } from './task.ts';

/** Ports that are asked again one by one take no longer than this together. */
const BUDGET_MS = 250;

/** The least a port that answered before is given to answer again. */
const MIN_PATIENCE_MS = 20;

/** The most, for those that are slow and asked together. */
const MAX_PATIENCE_MS = 1200;

/** Ports asked together. */
const MOST = 64;

/**
 * Tells a closed port from a rejected one. To connect(2) a TCP reset (nobody listens) and an ICMP port unreachable (a
 * firewall's REJECT) are the same ECONNREFUSED, but Linux counts what arrives, and two facts hold whatever else goes
 * on: where no ICMP message arrived between question and refusal, it was a reset; where no TCP segment arrived, it was
 * ICMP. The run as a whole is judged first; what that leaves open is asked again one by one (those that would take too long
 * together, which only tells if all are alike), and what this settles may settle the rest by elimination. What still
 * can't be told keeps no cause.
 */
export async function explainRefusals(
  tasks: readonly Task[],
  bounds: RefusalBounds,
  system: System,
  signal: AbortSignal | undefined,
): Promise<void> {
  const refused = tasks.filter((task) => isTcp(task) && remoteError(task)?.errno === 'ECONNREFUSED');
  for (const task of refused) task.cause = byBounds(task, bounds);
  const ask = async (group: readonly Task[], patienceMs: number): Promise<void> => {
    const { sightings, arrived } = await askAgain(group, patienceMs, system, signal);
    group.forEach((task, index) => {
      const sighting = sightings[index];
      const isSame = sighting?.kind === 'errno' && sighting.errno === remoteError(task)?.errno;
      if (isSame && arrived !== null) task.cause = causeOf(task, arrived);
    });
  };
  const unexplained = tasks.filter((task) => needsAsking(task, bounds));
  const endsAt = system.monotonicMs() + BUDGET_MS;
  for (const task of unexplained.filter((task) => patienceFor(task) < BUDGET_MS)) {
    const leftMs = endsAt - system.monotonicMs();
    if (leftMs <= 0 || signal?.aborted === true) break;
    await ask([task], Math.min(patienceFor(task), leftMs));
  }
  const slow = unexplained.filter((task) => patienceFor(task) >= BUDGET_MS).slice(0, MOST);
  if (slow.length > 0 && signal?.aborted !== true) await ask(slow, MAX_PATIENCE_MS);
  eliminate(refused, bounds);
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

function patienceFor(task: Task): number {
  return Math.max(MIN_PATIENCE_MS, 4 * (remoteError(task)?.rttMs ?? 0));
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
