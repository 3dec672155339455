import { FAMILIES, type Family } from '../../net/address.ts';
import { groupBy } from '../../group-by.ts';
import type { System } from '../../system/system.ts';
import { reprobe } from './reprobe.ts';
import type { Host } from '../schedule/host.ts';
import { pause } from '../schedule/pause.ts';
import { causeOf } from './refusal-cause.ts';
import { isIcmpRefusal, mayBeIcmpRejection, remoteError, type Task } from '../schedule/task.ts';
import type { RecheckOptions } from './recheck-options.ts';

/** Linux grants each asker one ICMP message a second (net.ipv4.icmp_ratelimit), all ports and hosts behind a gateway together. */
const APART_MS = 1100;

/** How often a refusal of unknown cause is asked again. */
const TRIES = 3;

/** So many TCP ports of a host that stay silent when asked alone are dropped, and so are its others. */
const ENOUGH_SILENT = 3;

/**
 * Silence beside ICMP refusals may be the ICMP limit of whoever refuses, which swallows most answers to a burst (Linux: all
 * but six), and so may a refusal be of unknown cause. Both are asked again one at a time, so far apart that the limit can't
 * interfere; what they say then stands.
 */
export async function askSlowly(
  tasks: readonly Task[],
  options: RecheckOptions,
  system: System,
): Promise<void> {
  const queues = FAMILIES.map((family) => doubtfulOf(tasks, family)).map((queue) => {
    const turns = inRounds(queue);
    // Asked again where other traffic arrived with the answer.
    return [...turns, ...Array.from({ length: TRIES - 1 }, () => turns.filter(isAmbiguous)).flat()];
  });
  const total = queues.reduce((sum, queue) => sum + queue.length, 0);
  if (total === 0) return;
  for (const task of queues.flat()) task.mayBeIcmpLimited = !isAmbiguous(task);
  let asked = 0;
  const endsAtMs = system.monotonicMs() + options.slowMs;
  await Promise.all(
    queues.map(async (queue, index) => {
      // The families take turns: TCP segments of both are counted together.
      let startsAtMs = system.monotonicMs() + APART_MS + (index * APART_MS) / queues.length;
      for (const task of queue) {
        if (!task.mayBeIcmpLimited && !isAmbiguous(task)) continue;
        options.onSlow?.(asked, total);
        asked += 1;
        await pause(startsAtMs - system.monotonicMs(), options.signal);
        if (options.signal?.aborted === true || system.monotonicMs() >= endsAtMs) return;
        startsAtMs = system.monotonicMs() + APART_MS;
        await askAlone(task, options, system);
        if (isDropped(task)) for (const other of silentTcp(task.host.tasks)) other.mayBeIcmpLimited = false;
      }
    }),
  );
}

/**
 * A host's silent ports where ICMP refused others of it; and everybody's where a firewall speaks (administratively prohibited, or
 * unreachable although nobody searched for the host), since it may be one firewall for all of them.
 */
function doubtfulOf(tasks: readonly Task[], family: Family): readonly Task[] {
  const ofFamily = tasks.filter(
    ({ target, host }) => target.address.family === family && target.isControl !== true && !isBeyond(host),
  );
  const isGateway = ofFamily.some(isProhibited);
  return groupBy(ofFamily, ({ host }) => host.context.host).flatMap((group) => {
    const spent = group.some(
      (task) => (task.target.transport === 'udp' && remoteError(task) !== undefined) || isIcmpRefusal(task),
    );
    const tcp = group.some(mayBeIcmpRejection);
    return group.filter((task) => {
      if (task.result?.kind !== 'silence') return isAmbiguous(task);
      return isGateway || (task.target.transport === 'udp' ? spent : tcp);
    });
  });
}

/** Nothing on this machine itself is limited, and nobody is at an address that can't be found. */
function isBeyond({ isThisMachine, downAfterMs, hasAnswered }: Host): boolean {
  return isThisMachine || (downAfterMs !== null && !hasAnswered);
}

/** ICMP for which port unreachable is no other name. */
function isProhibited(task: Task): boolean {
  const errno = remoteError(task)?.errno;
  return errno === 'EACCES' || errno === 'EHOSTUNREACH' || errno === 'ENETUNREACH';
}

/** Round the hosts, so that each has had its turn when time is over. */
function inRounds(queue: readonly Task[]): readonly Task[] {
  const byHost = groupBy(queue, ({ host }) => host.context.host);
  const rounds = Math.max(0, ...byHost.map((group) => group.length));
  return Array.from({ length: rounds }, (_, round) => byHost.flatMap((group) => group[round] ?? [])).flat();
}

function isAmbiguous({ isAmbiguous, cause }: Task): boolean {
  return isAmbiguous && cause === undefined;
}

async function askAlone(task: Task, { timeoutMs, signal }: RecheckOptions, system: System): Promise<void> {
  const { results, arrived } = await reprobe([task], timeoutMs, system, signal);
  const [result] = results;
  if (result === undefined || signal?.aborted === true) return;
  if (isAmbiguous(task)) {
    const isSame = result.kind === 'errno' && result.errno === remoteError(task)?.errno;
    if (isSame && arrived !== null) task.cause = causeOf(task, arrived);
    return;
  }
  task.attempts += 1;
  task.wasAskedAlone = true;
  task.mayBeIcmpLimited = false;
  if (result.kind === 'silence') {
    task.waitedMs += timeoutMs;
    return;
  }
  task.result = result;
  if (arrived !== null && result.kind === 'errno') task.cause = causeOf(task, arrived);
  task.host.note(task);
}

/** The host's TCP ports are dropped rather than refused beyond the limit: enough were asked alone, and all of them were silent. */
function isDropped({ host, target }: Task): boolean {
  if (target.transport !== 'tcp') return false;
  const alone = host.tasks.filter((task) => task.target.transport === 'tcp' && task.wasAskedAlone);
  return alone.length >= ENOUGH_SILENT && alone.every(({ result }) => result?.kind === 'silence');
}

function silentTcp(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter(({ target, result }) => target.transport === 'tcp' && result?.kind === 'silence');
}
