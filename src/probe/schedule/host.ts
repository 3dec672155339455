import { formatAddress, type Address } from '../../net/address.ts';
import type { Transport } from '../../net/port-range.ts';
import type { System } from '../../system/system.ts';
import { isHostDown } from '../probes/errno-table.ts';
import type { ProbeContext } from '../probes/probe.ts';
import { isBareHandshake, type Task } from './task.ts';
import { UdpRateLimit } from './udp-rate-limit.ts';

/** One address, and what its ports taught us about it. */
export class Host {
  /** What all its probes share. */
  readonly context: ProbeContext;
  readonly tasks: Task[] = [];
  readonly udpPace: UdpRateLimit;
  /** The first TCP port: its first probe waits on while the host is silent, to tell a host that is down. */
  firstTask: Task | undefined;
  /** Anything at all came back, be it from a router on the way. */
  hasReply = false;
  /** A port answered: the address itself, or a firewall speaking for it. */
  hasAnswered = false;
  /** ICMP said "administratively prohibited", which is a firewall's word only. */
  isProhibited = false;
  /** After how long the system gave up finding the host; null while it hasn't. */
  downAfterMs: number | null = null;
  /** A port that had answered was silent or refused when it was asked after the others, or a silent one answered then. */
  isReacting = false;
  /** The slowest answer so far. */
  maxRttMs = 0;
  /** The slowest of them by which a port turned out to be open: no ICMP limit delays it. */
  slowestOpenMs = 0;

  constructor(
    address: Address,
    readonly isThisMachine: boolean,
    timeoutMs: number,
    system: System,
    greetingMs = 0,
  ) {
    const datagram = new Uint8Array(0);
    this.context = { system, host: formatAddress(address), datagram, greetingMs };
    this.udpPace = new UdpRateLimit(timeoutMs);
  }

  add(task: Task): void {
    this.tasks.push(task);
    if (task.target.transport === 'udp') this.udpPace.portCount += 1;
    else if (task.target.isControl !== true) this.firstTask ??= task;
  }

  /** Somebody completed a handshake at this address, and then reset the connection or acknowledged nothing more. */
  get hasBareHandshakes(): boolean {
    return this.tasks.some(isBareHandshake);
  }

  /** An answer takes so much of the timeout that others may be too late. */
  isSlow(timeoutMs: number): boolean {
    return 2 * this.slowestOpenMs > timeoutMs;
  }

  /** One of its answers came after the timeout. */
  get hasLateAnswers(): boolean {
    return this.tasks.some(({ isLate }) => isLate);
  }

  /** Learns from what a task saw. */
  note({ result, target }: Task): void {
    if (result === undefined || result.kind === 'silence') return;
    if (result.kind === 'errno') {
      if (result.isLocal) return;
      if (isHostDown(result)) {
        this.downAfterMs = result.rttMs;
        return;
      }
    }
    this.hasReply = true;
    this.maxRttMs = Math.max(this.maxRttMs, result.rttMs);
    if (result.kind === 'open') this.slowestOpenMs = Math.max(this.slowestOpenMs, result.rttMs);
    if (result.kind === 'open' || ANSWERS.has(result.errno)) this.hasAnswered = true;
    else if (PROHIBITIONS[target.transport].has(result.errno)) this.isProhibited = true;
    if (target.transport === 'udp') this.udpPace.noteAnswer(result.kind === 'errno', result.rttMs);
  }
}

/** To UDP the kernel reports "unreachable" only where it means "prohibited"; to TCP over IPv4 both are one code. */
const PROHIBITIONS: Readonly<Record<Transport, ReadonlySet<string>>> = {
  tcp: new Set(['EACCES']),
  udp: new Set(['EACCES', 'EHOSTUNREACH', 'ENETUNREACH']),
};

const ANSWERS: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
