import { meaningOf, type Meaning } from './probes/errno-table.ts';
import type { Host } from './schedule/host.ts';
import { isHostDown } from './probes/errno-table.ts';
import type { Doubt, Observation } from './probes/observation.ts';
import type { Aftermath, ErrnoResult } from './probes/probe.ts';
import { isBareHandshake, isMute, remoteError, type Task } from './schedule/task.ts';
import { formatNonce } from './probes/wire.ts';

type Finding = Pick<Observation, 'state' | 'reason' | 'rttMs' | 'errno' | 'evidence'>;

/** What a task's result means, given everything its host taught us. */
export function classify(task: Task): Observation {
  const { target, nonce, result } = task;
  const doubt = doubtOf(task);
  const { standIn, protocol } = result?.kind === 'open' ? result : {};
  return {
    target,
    ...findingOf(task),
    ...(nonce !== null && { nonce: formatNonce(nonce) }),
    ...(standIn !== undefined && { standIn }),
    ...(protocol !== undefined && { protocol }),
    ...(isMute(task) && { isMute: true }),
    ...(task.isLate && { isLate: true }),
    ...(doubt !== undefined && { doubt }),
  };
}

function findingOf(task: Task): Finding {
  const { result } = task;
  if (result === undefined) {
    return {
      ...NOTHING,
      state: 'error',
      reason: 'interrupted',
      evidence: ['interrupted before it was decided'],
    };
  }
  switch (result.kind) {
    case 'silence':
      return ofSilence(task);
    case 'open': {
      const { reason, rttMs, evidence, after } = result;
      const next = after === undefined || after === null ? undefined : AFTERMATH[after];
      const seen = [`${evidence} after ${milliseconds(rttMs)}`, ...(next === undefined ? [] : [next])];
      return { state: 'open', reason, rttMs: rounded(rttMs), errno: null, evidence: seen };
    }
    case 'errno': {
      const { state, reason, words } = ofErrno(task, result);
      const { errno, isLocal, rttMs } = result;
      const evidence = isLocal ? `${words} (${errno})` : `${words}, after ${milliseconds(rttMs)} (${errno})`;
      const reacts = task.host.isReacting && remoteError(task) !== undefined ? [REACTS] : [];
      return {
        state,
        reason,
        rttMs: isLocal ? null : rounded(rttMs),
        errno,
        evidence: [evidence, ...reacts],
      };
    }
  }
}

/** What followed a handshake, where it says something. */
const AFTERMATH: Readonly<Partial<Record<Aftermath, string>>> = {
  closed: 'then closed at once by the other side',
  acknowledged: 'the end of the connection (FIN) was acknowledged',
  reset: 'then reset at once: something other than the host may have completed the handshake',
  unacknowledged: 'the end of the connection (FIN) was never acknowledged',
};

const REACTS = 'this host answers differently once probed';

const NOTHING = { rttMs: null, errno: null } as const;

function ofSilence(task: Task): Finding {
  const { target, host, attempts, waitedMs, wasAskedAlone } = task;
  const probes = attempts === 1 ? '1 probe' : `${attempts} probes`;
  const evidence = [`no answer to ${probes} in ${milliseconds(waitedMs)}`];
  if (wasAskedAlone) evidence.push('no answer when probed again alone: not the ICMP rate limit of the host');
  if (isIcmpLimited(task)) evidence.push('other ports were answered by ICMP, which a host rate-limits');
  if (host.isReacting) evidence.push(REACTS);
  if (host.hasLateAnswers) evidence.push('other ports answered after the timeout');
  if (host.downAfterMs !== null && !host.hasAnswered) {
    evidence.push(`this machine found no host at that address within ${milliseconds(host.downAfterMs)}`);
    if (target.transport === 'tcp')
      return { ...NOTHING, state: 'unreachable', reason: 'host-unreach', evidence };
  }
  const state = target.transport === 'tcp' ? 'filtered' : 'open|filtered';
  return { ...NOTHING, state, reason: 'no-response', evidence };
}

function ofErrno(task: Task, result: ErrnoResult): Meaning {
  const { target, host, cause } = task;
  const { errno, isLocal } = result;
  const meaning = meaningOf(target.transport, errno, isLocal);
  if (meaning.state === 'error') return meaning;
  if (target.transport === 'udp')
    return isHostUnknown(task) && host.hasAnswered ? fromAnswering(host, meaning) : meaning;
  if (cause === 'own-icmp') {
    const words = 'ICMP from this machine: its own firewall rejects the connection';
    return { state: 'error', reason: 'local-policy', words };
  }
  switch (meaning.reason) {
    case 'conn-refused':
      if (cause === 'icmp') {
        const words = 'ICMP port unreachable and no TCP reset: a firewall rejects it';
        return { state: 'filtered', reason: 'port-unreach', words };
      }
      return {
        ...meaning,
        words:
          cause === 'reset'
            ? 'TCP reset (no ICMP message arrived)'
            : 'connection refused, by a TCP reset or by ICMP port unreachable',
      };
    case 'host-unreach':
      if (isHostDown(result) && !(host.hasAnswered && isHostUnknown(task)))
        return { ...meaning, words: 'no host at that address answered' };
      return fromAnswering(host, meaning);
    case 'net-unreach':
      return fromAnswering(host, meaning);
    case 'syn-ack':
      return target.application === 'http' ? { ...meaning, reason: 'no-http-answer' } : meaning;
    default:
      return meaning;
  }
}

/** Linux takes EHOSTDOWN from ICMP "host unknown" only; on macOS nobody answered the search for the host. */
function isHostUnknown({ result, host }: Task): boolean {
  const isDown = result?.kind === 'errno' && !result.isLocal && result.errno === 'EHOSTDOWN';
  return isDown && host.context.system.platform === 'linux';
}

/** "Unreachable" said of an address that answers other ports, or that a firewall speaks for, is a firewall's refusal. */
function fromAnswering({ hasAnswered, isProhibited }: Host, meaning: Meaning): Meaning {
  const words = `ICMP says ${meaning.words}`;
  if (!hasAnswered && !isProhibited) return { ...meaning, words };
  const why = hasAnswered ? 'the address answers other ports' : 'other ports of the address are prohibited';
  return { ...meaning, state: 'filtered', words: `${words}, but ${why}: a firewall` };
}

function doubtOf(task: Task): Doubt | undefined {
  const { result, host } = task;
  switch (result?.kind) {
    case 'silence':
      if (isIcmpLimited(task)) return 'icmp-rate-limited';
      if (host.isReacting) return 'reacts-to-probing';
      return host.hasLateAnswers ? 'late-answers' : undefined;
    case 'open': {
      if (result.isGateway === true) return 'gateway-answer';
      if (result.isReflected === true) return 'reflected';
      // Where others of the address were bare, a connection of which nothing more is known may be so, too.
      const isUnknown = result.after === null || result.after === 'vanished';
      if (isBareHandshake(task) || (isUnknown && host.hasBareHandshakes)) return 'handshake-only';
      return result.after === 'closed' ? 'closed-at-once' : undefined;
    }
    case 'errno':
      if (isBareHandshake(task)) return 'handshake-only';
      return host.isReacting && remoteError(task) !== undefined ? 'reacts-to-probing' : undefined;
    case undefined:
      return undefined;
  }
}

/** Silent beside ports that were answered by ICMP, and not cleared by asking alone. */
function isIcmpLimited({ result, mayBeIcmpLimited }: Task): boolean {
  return result?.kind === 'silence' && mayBeIcmpLimited;
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
