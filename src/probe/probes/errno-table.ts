import type { Transport } from '../../net/port-range.ts';
import type { Reason, State } from './observation.ts';

/** What an error code says of a port; `words` completes "… after 0.3 ms". */
export interface Meaning {
  readonly state: State;
  readonly reason: Reason;
  readonly words: string;
}

/**
 * connect(2) and, for UDP, recvmsg(2) errors that came from outside (Linux: net/ipv4/icmp.c `icmp_err_convert`,
 * net/ipv6/icmp.c `icmpv6_err_convert`; ECONNRESET on UDP is Windows' port unreachable, EHOSTDOWN macOS' failed ARP).
 * What TCP's unreachable errors mean besides depends on the host: see classify.ts.
 */
export const REMOTE_ERRNO = {
  tcp: {
    ECONNREFUSED: { state: 'closed', reason: 'conn-refused', words: 'connection refused' },
    // A refusal gives ECONNREFUSED; these two need a connection that was established first.
    ECONNRESET: {
      state: 'open',
      reason: 'syn-ack',
      words: 'connection accepted, then reset by the other side',
    },
    EPIPE: { state: 'open', reason: 'syn-ack', words: 'connection accepted, then closed by the other side' },
    EHOSTUNREACH: { state: 'unreachable', reason: 'host-unreach', words: 'host unreachable' },
    EHOSTDOWN: { state: 'unreachable', reason: 'host-unreach', words: 'host down' },
    ENETUNREACH: { state: 'unreachable', reason: 'net-unreach', words: 'network unreachable' },
    EACCES: { state: 'filtered', reason: 'admin-prohibited', words: 'ICMP says administratively prohibited' },
    ENOPROTOOPT: { state: 'filtered', reason: 'proto-unreach', words: 'ICMP says protocol unreachable' },
    // ICMP "source host isolated".
    ENONET: { state: 'unreachable', reason: 'host-unreach', words: 'source host isolated' },
    ETIMEDOUT: { state: 'filtered', reason: 'no-response', words: 'the system gave up connecting' },
  },
  udp: {
    ECONNREFUSED: { state: 'closed', reason: 'port-unreach', words: 'ICMP port unreachable' },
    ECONNRESET: { state: 'closed', reason: 'port-unreach', words: 'ICMP port unreachable' },
    EHOSTUNREACH: { state: 'filtered', reason: 'admin-prohibited', words: 'ICMP says prohibited' },
    ENETUNREACH: { state: 'filtered', reason: 'admin-prohibited', words: 'ICMP says network prohibited' },
    EACCES: { state: 'filtered', reason: 'admin-prohibited', words: 'ICMP says administratively prohibited' },
    ENOPROTOOPT: { state: 'filtered', reason: 'proto-unreach', words: 'ICMP says protocol unreachable' },
    ENONET: { state: 'unreachable', reason: 'host-unreach', words: 'source host isolated' },
    EHOSTDOWN: { state: 'unreachable', reason: 'host-unreach', words: 'host down' },
  },
} as const satisfies Record<Transport, Record<string, Meaning>>;

/** Errors of the system call itself: this machine refused, nothing was sent. */
export const LOCAL_ERRNO = {
  EPERM: local('a firewall rule on this machine forbids sending it'),
  EACCES: local('a route or rule on this machine prohibits it'),
  EINVAL: local('this machine drops it by a route (blackhole)'),
  EHOSTUNREACH: local('a route on this machine says unreachable'),
  ENETUNREACH: local('this machine has no route to it'),
  ENETDOWN: local("this machine's network is down"),
  EADDRNOTAVAIL: local('this machine has no source address or port for it'),
  EAFNOSUPPORT: local('this machine has no such address family'),
} as const satisfies Record<string, Meaning>;

/** Not about the target at all: too much at once, to be asked again with less. */
export const EXHAUSTED_ERRNO: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRINUSE',
  'EAGAIN',
]);

/** Looks a code up; whatever no table knows is `error`, never a state of the port. */
export function meaningOf(transport: Transport, errno: string, isLocal: boolean): Meaning {
  if (EXHAUSTED_ERRNO.has(errno))
    return { state: 'error', reason: 'no-descriptor', words: 'this machine has no sockets left' };
  // EPERM is a local firewall's word only: no ICMP message maps to it.
  const table: Readonly<Record<string, Meaning>> =
    isLocal || errno === 'EPERM' ? LOCAL_ERRNO : REMOTE_ERRNO[transport];
  const known = Object.hasOwn(table, errno) ? table[errno] : undefined;
  return known ?? { state: 'error', reason: 'system-error', words: `the system said ${errno}` };
}

function local(words: string): Meaning {
  return { state: 'error', reason: 'local-policy', words };
}

/** Nobody is at that address, as opposed to somebody who says so for it. */
export function isHostDown({ errno, rttMs }: { readonly errno: string; readonly rttMs: number }): boolean {
  return errno === 'EHOSTDOWN' || (errno === 'EHOSTUNREACH' && rttMs >= HOST_DOWN_AFTER_MS);
}

/**
 * From here on EHOSTUNREACH means that nobody answered the system's search for the host (ARP, neighbour discovery:
 * three tries, 3.05 to 3.07 s); before, an ICMP message said so.
 */
const HOST_DOWN_AFTER_MS = 2500;
