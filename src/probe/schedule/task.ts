import type { Transport } from '../../net/port-range.ts';
import type { Attempt } from './attempt.ts';
import type { Host } from './host.ts';
import { isHostDown } from '../probes/errno-table.ts';
import type { ProbeTarget } from '../probes/observation.ts';
import type { ErrnoResult, ProbeContext, ProbeResult } from '../probes/probe.ts';

/** A TCP reset, an ICMP message from outside, or an ICMP message this machine sent itself. */
export type RefusalCause = 'reset' | 'icmp' | 'own-icmp';

/** One target on its way to an observation. */
export interface Task {
  readonly target: ProbeTarget;
  readonly host: Host;
  /** What its UDP probes carry, the same in every attempt: a late answer is still ours. */
  readonly nonce: Uint8Array | null;
  readonly context: ProbeContext;
  /** Its probe on the way. */
  attempt: Attempt | null;
  /** Probes started. */
  attempts: number;
  /** Milliseconds its silent probes waited in all. */
  waitedMs: number;
  /** How long the next attempt may wait; null = the run's timeout. */
  waitMs: number | null;
  /** How often the system had no socket for it. */
  exhaustions: number;
  /** `undefined` until it is settled, and for good if the run is interrupted. */
  result: ProbeResult | undefined;
  /** What a TCP refusal or ICMP error was, where the kernel's counters could tell. */
  cause: RefusalCause | undefined;
  /** Refused over TCP, and the kernel's counters left open by what. */
  isAmbiguous: boolean;
  /** Its silence may be the ICMP limit of who refuses it. */
  mayBeIcmpLimited: boolean;
  /** Asked once more by itself, after the run's other probes were over. */
  wasAskedAlone: boolean;
  /** It was silent, and answered when it was asked again and waited for longer than the timeout. */
  isLate: boolean;
}

/** The error that came back from outside, if that is what the task saw; a host that is down sent none. */
export function remoteError({ result }: Task): ErrnoResult | undefined {
  if (result?.kind !== 'errno' || result.isLocal || isHostDown(result)) return undefined;
  return result;
}

/** An ICMP message refused this TCP port, or may have: only a proven reset or our own firewall excludes it. */
export function mayBeIcmpRejection(task: Task): boolean {
  const errno = remoteError(task)?.errno;
  if (task.target.transport !== 'tcp' || errno === undefined) return false;
  if (task.cause === 'reset' || task.cause === 'own-icmp') return false;
  return ICMP_REJECTIONS.has(errno);
}

/** A firewall's ICMP message refused this port: any but the one for a UDP port that is closed. */
export function isIcmpRefusal(task: Task): boolean {
  const errno = remoteError(task)?.errno;
  if (errno === undefined) return false;
  if (task.target.transport === 'udp') return errno !== 'ECONNREFUSED';
  return mayBeIcmpRejection(task) && (errno !== 'ECONNREFUSED' || task.cause === 'icmp');
}

/** Only an ICMP message makes this error: counted too often, it would hide what else came by ICMP. */
export function isIcmpError(transport: Transport, errno: string): boolean {
  return ICMP_REJECTIONS.has(errno) && (transport === 'udp' || errno !== 'ECONNREFUSED');
}

const ICMP_REJECTIONS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'ENOPROTOOPT',
]);

/** The handshake was completed, then the connection was reset at once or nothing was acknowledged any more. */
export function isBareHandshake({ result, target }: Task): boolean {
  if (result?.kind === 'errno') return target.transport === 'tcp' && RESETS.has(result.errno);
  return result?.kind === 'open' && (result.after === 'reset' || result.after === 'unacknowledged');
}

/** It accepted, said nothing and did not close: a server, or a stand-in that had no time to greet. */
export function isMute({ result }: Task): boolean {
  if (result?.kind !== 'open' || result.reason !== 'syn-ack' || result.standIn !== undefined) return false;
  return result.after !== 'closed' && result.after !== 'spoke';
}

/** Of connect(2): a refusal gives ECONNREFUSED, these need a connection that was established first. */
const RESETS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
