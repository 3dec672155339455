import type { Address } from '../../net/address.ts';
import type { Transport } from '../../net/port-range.ts';

/** nmap's port states, plus `unreachable` (the host, not the port) and `error` (we could not ask). */
export const STATES = ['open', 'closed', 'filtered', 'open|filtered', 'unreachable', 'error'] as const;

export type State = (typeof STATES)[number];

/** nmap's words where nmap has one. */
export const REASONS = [
  'syn-ack',
  'conn-refused',
  'no-response',
  'port-unreach',
  'host-unreach',
  'net-unreach',
  'proto-unreach',
  'admin-prohibited',
  'udp-response',
  'http-response',
  'not-http',
  'no-http-answer',
  'intercepted',
  'loopback-only',
  'ipv4-only',
  'ipv6-only',
  'socket-table',
  'listen-log',
  'ruleset',
  'local-policy',
  'no-such-host',
  'no-descriptor',
  'system-error',
  'interrupted',
] as const;

export type Reason = (typeof REASONS)[number];

/** One port at one numeric address. */
export interface ProbeTarget {
  readonly address: Address;
  readonly transport: Transport;
  readonly application: 'http' | null;
  readonly port: number;
  /** Whoever connects there locks the server: the connection is never held. */
  readonly isClosedAtOnce?: boolean;
  /** A port Viz World does not use, asked last and once, to tell who answers at that address. */
  readonly isControl?: boolean;
  /** Its silence would be taken for a proof: it is waited for longer than the others. */
  readonly mustBeSilent?: boolean;
}

/** What was seen of a target. */
export interface Observation {
  readonly target: ProbeTarget;
  readonly state: State;
  readonly reason: Reason;
  /** Until the deciding answer, in milliseconds; null where nothing answered. */
  readonly rttMs: number | null;
  /** The system's error code behind the state (`ECONNREFUSED`), for the report's evidence; null where there was none. */
  readonly errno: string | null;
  /** What supports it, in words, strongest first: "ICMP port unreachable after 0.3 ms", "no answer to 2 probes of 1200 ms". */
  readonly evidence: readonly string[];
  /** What the UDP probes carried (hex), to look up in a listen log; absent where no nonce was sent. */
  readonly nonce?: string;
  /** `vwaudit listen` answered, and no Viz World: for the port that was asked, or for another one that packets were sent on to. */
  readonly standIn?: 'this-port' | 'another-port';
  /** Of TCP: who answered greets as a server of this protocol does, which is not Viz World's. */
  readonly protocol?: string;
  /** It accepted the connection, said nothing and did not close: a server does so, and a stand-in that had no time to greet. */
  readonly isMute?: true;
  /** The answer came after the timeout, when the port was asked once more and waited for. */
  readonly isLate?: true;
  /** Why what was seen is no proof; see {@link Doubt}. */
  readonly doubt?: Doubt;
}

/**
 * `icmp-rate-limited`: this port stayed silent while others of the host were answered by ICMP, of which hosts send
 * only so many a second (Linux: six, then one a second). Its silence may be that limit.
 * `handshake-only`: the handshake was completed, but then the connection was reset or nothing was acknowledged any more, as
 * when SYNPROXY completes it for a host that then refuses or is silent.
 * `closed-at-once`: the other side accepted, said nothing and closed the connection by itself, as a proxy does whose server is down.
 * `gateway-answer`: the HTTP answer is one that only a gateway or proxy gives, or leads to another server.
 * `reflected`: our own datagram came back: something on the way, or an echo service, and no Viz World.
 * `reacts-to-probing`: silent or refused, and when the ports were asked again one that had answered did not, or one of these did.
 * `late-answers`: silent, while answers of the host take about as long as the timeout, or longer.
 */
export type Doubt =
  | 'icmp-rate-limited'
  | 'handshake-only'
  | 'closed-at-once'
  | 'gateway-answer'
  | 'reflected'
  | 'reacts-to-probing'
  | 'late-answers';
