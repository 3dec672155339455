import { askOnce } from './ask-again.ts';
import type { Host } from './host.ts';
import { pause } from './pause.ts';
import type { Sighting } from './probe.ts';
import { isIcmpRefusal, mayBeIcmpRejection, type Task } from './task.ts';

/** Silent ports asked again at once, at most. */
const MOST = 64;

/** What an answer may take longer than the slowest so far. */
const MIN_GRACE_MS = 50;
const ROUND_TRIPS = 4;

/**
 * Silence and ICMP refusals say something of a port only as long as the host answers as before, and it may have stopped because
 * of the probes (a scan detector, a limit on new connections, a ban). So the silent TCP ports get one more connection attempt, all
 * at once, and right after them a port that had answered. If it is silent or refused otherwise now, or one of the silent ones
 * answers, silence and refusals prove nothing at this host.
 */
export async function recheckAnswers(
  host: Host,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isAsked = ({ target }: Task): boolean => target.isControl !== true;
  const silent = host.tasks.filter((task) => isAsked(task) && task.sighting?.kind === 'silence');
  const isRefused = host.tasks.some((task) => isAsked(task) && isIcmpRefusal(task));
  const answering = bestAnswer(host.tasks);
  const isAborted = (): boolean => signal?.aborted === true;
  if ((silent.length === 0 && !isRefused) || answering === undefined || isAborted()) return;
  const patienceMs = Math.min(timeoutMs, MIN_GRACE_MS + ROUND_TRIPS * host.maxRttMs);
  // Where ICMP refuses, an answer now may only be one that its limit swallowed before.
  const retold = host.tasks.some(mayBeIcmpRejection) ? [] : silent;
  const again = retold
    .filter(({ target }) => target.transport === 'tcp')
    .slice(0, MOST)
    .map((task) => askOnce(asConnection(task), patienceMs, undefined));
  const answers = await isAnswering(answering, timeoutMs);
  const late = await Promise.all(again);
  if (isAborted()) return;
  host.isReacting = !answers || late.some(({ kind }) => kind !== 'silence');
}

/** As before; asked twice, since a segment may be lost. An interruption waits for it: a listener for each host would be too many. */
async function isAnswering(task: Task, timeoutMs: number): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (attempt > 0) await pause(RETRY_AFTER_MS, undefined);
    const again = await askOnce(asConnection(task), timeoutMs, undefined);
    if (isAlike(again, task.sighting)) return true;
  }
  return false;
}

const RETRY_AFTER_MS = 100;

/** A handshake, be it reset afterwards, or the same error. */
function isAlike(again: Sighting, before: Sighting | undefined): boolean {
  if (again.kind === 'silence') return false;
  const isOpen = (one: Sighting | undefined): boolean =>
    one?.kind === 'open' || (one?.kind === 'errno' && HANDSHAKES.has(one.errno));
  if (isOpen(before)) return isOpen(again);
  return again.kind === 'errno' && before?.kind === 'errno' && again.errno === before.errno;
}

/** Errors that need a connection which was established first. */
const HANDSHAKES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** An HTTP port is only connected to. */
function asConnection({ target, context }: Task): Pick<Task, 'target' | 'context'> {
  return { target: { ...target, application: null }, context: { ...context, greetingMs: 0 } };
}

/** A refused port rather than an open one, the one that locks the server last. Answers by ICMP are limited and left out. */
function bestAnswer(tasks: readonly Task[]): Task | undefined {
  const answers = tasks.filter((task) => task.sighting?.kind === 'open' || isReset(task));
  const rank = ({ target, sighting, cause }: Task): number =>
    (target.isClosedAtOnce === true ? 4 : 0) +
    (target.transport === 'udp' ? 2 : 0) +
    (sighting?.kind === 'errno' && cause === 'reset' ? 0 : 1);
  return [...answers].sort((a, b) => rank(a) - rank(b))[0];
}

function isReset({ target, sighting, cause }: Task): boolean {
  const isRefused = sighting?.kind === 'errno' && !sighting.isLocal && sighting.errno === 'ECONNREFUSED';
  return target.transport === 'tcp' && isRefused && cause !== 'icmp' && cause !== 'own-icmp';
}
