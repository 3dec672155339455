import type { Family } from '../../net/address.ts';
import type { IntervalSet } from '../../net/interval-set.ts';
import type { Assumption } from './assumptions.ts';
import type { Reason } from './reason.ts';

/**
 * A test on a packet. Every dialect is translated to these few shapes: numbers, addresses and names tested for
 * membership, combined with all/any/not, and what was not understood. A set reference, a concatenation or a bit test
 * is a combination; what the language implies (a family, a transport) is written out by the parser as its own test.
 */
export type Match =
  | NumberMatch
  | AddressMatch
  | InterfaceMatch
  | { readonly kind: 'all'; readonly of: readonly Match[] }
  | { readonly kind: 'any'; readonly of: readonly Match[] }
  | { readonly kind: 'not'; readonly of: Match }
  | AssumedMatch
  | AddsMatch
  | UnknownMatch;

/** `(field & mask)` is in the set (half-open intervals of numbers); no mask is all bits. */
export interface NumberMatch {
  readonly kind: 'number';
  readonly field: NumberField;
  readonly in: IntervalSet;
  readonly mask?: number;
}

/** The address is of that family and in the set (bounds are numbers for IPv4, bigints for IPv6). */
export interface AddressMatch {
  readonly kind: 'address';
  readonly field: AddressField;
  readonly family: Family;
  readonly in: IntervalSet;
}

/** The interface has one of these names; a trailing `*` stands for any rest, a lone `*` for any name, '' for no interface. */
export interface InterfaceMatch {
  readonly kind: 'interface';
  readonly field: 'in-interface' | 'out-interface';
  readonly in: readonly string[];
}

/**
 * A test whose answer is fixed by what is being asked: a plain, unfragmented packet of one connection between two
 * hosts that have a route to each other. The assumption is shown with every answer it decided.
 */
export interface AssumedMatch {
  readonly kind: 'assumed';
  readonly holds: boolean;
  readonly assumption: Assumption;
}

/** A test that depends on more than the packet, or that this program does not know. It may or may not hold. */
export interface UnknownMatch {
  readonly kind: 'unknown';
  /** As the ruleset wrote it. */
  readonly text: string;
  /** One clause: what it depends on. */
  readonly reason: Reason;
  readonly known?: KnownOfTest;
  /** What it counts by; left out where it counts nothing, so that all tests of its text come out alike. */
  readonly counter?: Counter;
}

/** Its own, which no other test reads, or one that tests share by this name. */
export type Counter = 'own' | { readonly shared: string };

/** What is known of a test whose answer is not; each part is left out where it is not known. */
export interface KnownOfTest {
  /** Whether it holds for a plain first packet: default header, within every limit, on no dynamic list. */
  readonly ifPlain?: boolean;
  /** It may hold and may not, whatever else holds: some packet or moment has it either way. */
  readonly isEither?: true;
  /** Of all tests with this name one holds at most. */
  readonly oneOf?: 'listener';
  /** So many packets in a row are within the limit. */
  readonly burst?: number;
  /** The header field it reads, which its sender sets whatever the others are. */
  readonly field?: 'ttl' | 'dscp' | 'length';
  /** The dynamic list it looks into, for those on it at least once. */
  readonly list?: string;
  /** The dynamic list it looks into for the address of the packet's source, and so many packets that it takes to be found there. */
  readonly ownList?: string;
  readonly count?: number;
  /** The list that it takes the source off. */
  readonly takesOff?: string;
}

/** Always holds, and puts the packet's source on a dynamic list. */
export interface AddsMatch {
  readonly kind: 'adds';
  readonly list: string;
  /** The address of its source, and nothing else. */
  readonly isOfSource: boolean;
}

/**
 * Fields a question settles, as numbers.
 * - `family`: 4, 6 or {@link ARP}. `protocol`: the transport's number (6 TCP, 17 UDP), after IPv6 extension headers.
 * - ports: of TCP, UDP and the like; a rule that tests them also tests `protocol`.
 * - `tcp-flags`: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128.
 * - `ct-state`: one bit, {@link CT_STATE}. `ct-status`: {@link CT_STATUS} bits. `ct-direction`: 0 original, 1 reply.
 * - `ct-protocol`: as `protocol`, but of the connection, so not known where there is none.
 * - `ct-…-port`: of the conntrack tuples. `mark`, `ct-mark`: 32 bits.
 * - `icmpv6-type`, `arp-operation`, `hop-limit`: known of the packets that find neighbours (`netfilter/neighbours/neighbour-packet.ts`) alone.
 * - `profile`: the network profile of the interface (Windows), 0 domain, 1 private, 2 public.
 * - `source-type`, `destination-type`: {@link ADDRESS_TYPE}. `packet-type`: 0 unicast to us, 1 broadcast, 2 multicast, 3 other host.
 */
export type NumberField =
  | 'family'
  | 'protocol'
  | 'source-port'
  | 'destination-port'
  | 'tcp-flags'
  | 'ct-state'
  | 'ct-status'
  | 'ct-direction'
  | 'ct-protocol'
  | 'ct-original-source-port'
  | 'ct-original-destination-port'
  | 'ct-reply-source-port'
  | 'ct-reply-destination-port'
  | 'mark'
  | 'ct-mark'
  | 'icmpv6-type'
  | 'arp-operation'
  | 'hop-limit'
  | 'source-type'
  | 'destination-type'
  | 'packet-type'
  | 'profile';

export type AddressField =
  | 'source'
  | 'destination'
  | 'ct-original-source'
  | 'ct-original-destination'
  | 'ct-reply-source'
  | 'ct-reply-destination';

/** The kernel's state bits (NF_CT_STATE_BIT); a packet has exactly one. */
export const CT_STATE = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;

/** The kernel's status bits (IPS_…). */
export const CT_STATUS = {
  expected: 1,
  'seen-reply': 2,
  assured: 4,
  confirmed: 8,
  snat: 16,
  dnat: 32,
  dying: 512,
} as const;

/** The kernel's route types (RTN_…), which `addrtype` and `fib … type` speak of. */
export const ADDRESS_TYPE = {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
} as const;

/** The IP protocol numbers the questions are about. */
export const PROTOCOL = { tcp: 6, udp: 17 } as const;

/** The protocol number of ICMPv6, which neighbour discovery is a part of. */
export const ICMPV6 = 58;

/** The family of an ARP frame, which is neither IPv4 nor IPv6: its Ethernet type. */
export const ARP = 0x0806;

/** A number equal to one value. */
export function equals(field: NumberField, value: number, mask?: number): NumberMatch {
  return numberIn(field, [value, value + 1], mask);
}

export function numberIn(field: NumberField, set: IntervalSet, mask?: number): NumberMatch {
  return mask === undefined ? { kind: 'number', field, in: set } : { kind: 'number', field, in: set, mask };
}

/** At least one of the bits is set: what nft means by `ct state new,established` and `tcp flags syn`. */
export function anyBit(field: NumberField, bits: number): Match {
  return negate(equals(field, 0, bits));
}

export function negate(match: Match): Match {
  return match.kind === 'not' ? match.of : { kind: 'not', of: match };
}

export function unknown(text: string, reason: Reason, known?: KnownOfTest, counter?: Counter): UnknownMatch {
  return {
    ...{ kind: 'unknown', text, reason },
    ...(known === undefined ? {} : { known }),
    ...(counter === undefined ? {} : { counter }),
  };
}

/** Tests of one text that come out alike, whatever they count. */
export function isSameUnknown(a: UnknownMatch, b: UnknownMatch): boolean {
  if (a.text !== b.text || a.counter === 'own' || b.counter === 'own') return a === b;
  return a.counter?.shared === b.counter?.shared;
}
