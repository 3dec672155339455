import type { System } from '../../system/system.ts';
import { reprobeOnce } from './reprobe.ts';
import type { Host } from '../schedule/host.ts';
import { pause } from '../schedule/pause.ts';
import type { ProbeResult } from '../probes/probe.ts';
import { mayBeIcmpRejection, remoteError, type Task } from '../schedule/task.ts';
import type { RecheckOptions } from './recheck-options.ts';

/** Silent ports asked again at once, at most. */
const MAX = 64;

/** What an answer may take longer than the slowest so far. */
const MIN_GRACE_MS = 50;
const ROUND_TRIPS = 4;

/** Between two refused ports that are asked again alone: a limit of one new connection a second lets each through. */
const APART_MS = 1100;

/**
 * Silence and refusals say something of a port only as long as the host answers as before, and it may have stopped because of the
 * probes (a scan detector, a limit on new connections, a ban). So the silent and the refused TCP ports get one more connection
 * attempt, all at once, and right after them a port that had answered, and the open ones of those asked about, since a limit may be on
 * these alone. If one answers otherwise now, or one of the others answers, silence and refusals prove nothing at this host. An open port is
 * then asked as often as there were ports, all at once: where it is silent to some, a limit on new connections drops what is beyond
 * it, and the first silence may have been its work. Refused ports are then asked once more alone: who answers by then is open.
 */
export async function recheckAnswers(host: Host, options: RecheckOptions, system: System): Promise<void> {
  const { signal } = options;
  const timeoutMs = Math.max(options.timeoutMs, ROUND_TRIPS * host.slowestOpenMs);
  const isAsked = ({ target }: Task): boolean => target.isControl !== true;
  const silent = host.tasks.filter((task) => isAsked(task) && task.result?.kind === 'silence');
  const refused = host.tasks.filter((task) => isAsked(task) && remoteError(task) !== undefined);
  const witnesses = witnessesOf(host.tasks, refused.length > 0);
  const isAborted = (): boolean => signal?.aborted === true;
  if ((silent.length === 0 && refused.length === 0) || witnesses.length === 0 || isAborted()) return;
  const open = witnesses.find(({ result }) => result?.kind === 'open');
  const waitMs = Math.min(timeoutMs, MIN_GRACE_MS + ROUND_TRIPS * host.maxRttMs);
  // Where ICMP refuses, an answer now may only be one that its limit swallowed before.
  const retold = host.tasks.some(mayBeIcmpRejection) ? [] : silent;
  const again = retold
    .filter(isTcp)
    .slice(0, MAX)
    .map((task) => reprobeOnce(asConnection(task), waitMs, undefined));
  const isOpenNow = (open === undefined ? [] : refused.filter(isTcp))
    .slice(0, MAX)
    .map((task) => answersNow(task, waitMs, signal));
  const answers = await Promise.all(witnesses.map((task) => isAnswering(task, timeoutMs)));
  const late = await Promise.all(again);
  const flips = await Promise.all(isOpenNow);
  if (isAborted()) return;
  const answerAll = answers.every(Boolean);
  const isLimited =
    answerAll && open !== undefined && silent.some(isTcp) && (await dropsOfMany(open, host.tasks, timeoutMs));
  host.isReacting ||=
    !answerAll || isLimited || late.some(({ kind }) => kind !== 'silence') || flips.includes(true);
  if (host.isReacting) await askRefusedSlowly(refused.filter(isTcp), options, system);
}

async function askRefusedSlowly(
  refused: readonly Task[],
  { timeoutMs, slowMs, signal }: RecheckOptions,
  system: System,
): Promise<void> {
  const endsAtMs = system.monotonicMs() + slowMs;
  for (const task of refused) {
    if (remoteError(task) === undefined) continue;
    await pause(APART_MS, signal);
    if (signal?.aborted === true || system.monotonicMs() >= endsAtMs) return;
    await answersNow(task, timeoutMs, signal);
  }
}

/** Asks a refused port once more; an answer stands. */
async function answersNow(task: Task, waitMs: number, signal: AbortSignal | undefined): Promise<boolean> {
  const again = await reprobeOnce(task, waitMs, signal);
  if (again.kind !== 'open') return false;
  task.result = again;
  return true;
}

/** As before; asked twice, since a segment may be lost. An interruption waits for it: a listener for each host would be too many. */
async function isAnswering(task: Task, timeoutMs: number): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (attempt > 0) await pause(RETRY_AFTER_MS, undefined);
    const again = await reprobeOnce(asConnection(task), timeoutMs, undefined);
    if (isAlike(again, task.result)) return true;
  }
  return false;
}

const RETRY_AFTER_MS = 100;

/**
 * Whether as many connections as the run made at once are too many for the way to this open port. One that is lost counts for
 * nothing: segments get lost.
 */
async function dropsOfMany(open: Task, tasks: readonly Task[], timeoutMs: number): Promise<boolean> {
  if (open.result?.kind !== 'open' || !isTcp(open) || open.target.isClosedAtOnce === true) return false;
  const count = Math.min(MAX, tasks.filter(isTcp).length);
  const again = await Promise.all(
    Array.from({ length: count }, () => reprobeOnce(asConnection(open), timeoutMs, undefined)),
  );
  return again.filter(({ kind }) => kind === 'silence').length > 1;
}

/** A handshake, be it reset afterwards, or the same error. */
function isAlike(again: ProbeResult, before: ProbeResult | undefined): boolean {
  if (again.kind === 'silence') return false;
  const isOpen = (one: ProbeResult | undefined): boolean =>
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

/** A port that is easily asked again, and the open ones of those asked about: a limit may be on one of them and a silent port alone. */
function witnessesOf(tasks: readonly Task[], mustBeOpen: boolean): readonly Task[] {
  const asked = tasks.filter(
    (task) =>
      isTcp(task) &&
      task.target.isControl !== true &&
      task.target.isClosedAtOnce !== true &&
      task.result?.kind === 'open',
  );
  const best = bestAnswer(tasks, mustBeOpen);
  return [...new Set([...(best === undefined ? [] : [best]), ...asked.slice(0, MAX)])];
}

/**
 * A refused port rather than an open one, the one that locks the server last; only an open one where a refusal may be the answer to
 * having been asked. Answers by ICMP are limited and left out.
 */
function bestAnswer(tasks: readonly Task[], mustBeOpen: boolean): Task | undefined {
  const open = tasks.filter((task) => task.result?.kind === 'open');
  const harmless = open.filter(({ target }) => target.isClosedAtOnce !== true);
  const answers = mustBeOpen && harmless.length > 0 ? harmless : [...open, ...tasks.filter(isReset)];
  const rank = ({ target, result, cause }: Task): number =>
    (target.isClosedAtOnce === true ? 4 : 0) +
    (target.transport === 'udp' ? 2 : 0) +
    (result?.kind === 'errno' && cause === 'reset' ? 0 : 1);
  return [...answers].sort((a, b) => rank(a) - rank(b))[0];
}

function isTcp({ target }: Task): boolean {
  return target.transport === 'tcp';
}

function isReset({ target, result, cause }: Task): boolean {
  const isRefused = result?.kind === 'errno' && !result.isLocal && result.errno === 'ECONNREFUSED';
  return target.transport === 'tcp' && isRefused && cause !== 'icmp' && cause !== 'own-icmp';
}
