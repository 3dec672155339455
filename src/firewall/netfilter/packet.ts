import type { Family } from '../../net/address.ts';
import type { IntervalSet } from '../../net/interval-set.ts';
import type { Owner } from '../model/dimension.ts';
import type { RouteBack } from '../model/question.ts';
import type { AddressField, NumberField } from '../model/match.ts';

/**
 * What is known of a field. A number is exact; `within` is one of these values; `bits` knows some bits; `foreign` is a mark that
 * rules which the file lacks, or other programs, may have set; null knows nothing.
 */
export type NumberValue =
  | number
  | { readonly kind: 'within'; readonly in: IntervalSet }
  | { readonly kind: 'bits'; readonly value: number; readonly known: number }
  | { readonly kind: 'foreign' }
  | null;

/** The peers asked about themselves, one of these addresses, or an address nothing is known of. */
export type AddressValue = 'peers' | IntervalSet | null;

/** A name, '' where the packet has no such interface, null for some interface other than `lo`. */
export type InterfaceValue = string | null;

/**
 * A packet with one dimension left symbolic: the addresses of the peers. Everything else is known, known to be one of
 * several, or unknown. Immutable; `changes` tells apart the packets that rules have made differ on the way.
 */
export interface Packet {
  readonly family: Family;
  readonly numbers: Readonly<Record<NumberField, NumberValue>>;
  readonly addresses: Readonly<Record<AddressField, AddressValue>>;
  readonly inInterface: InterfaceValue;
  readonly outInterface: InterfaceValue;
  /** Its frames may go from one end to the other on their link, where no hook of IP sees them. */
  readonly mayBypass: boolean;
  /** Routes leave open how it goes out; or by `lo` as well: it goes to an address of source NAT first, which may be this machine's. */
  readonly isWayOutOpen: boolean;
  /** How answers to it leave the machine; null: by the interface it came in by. */
  readonly routeBack: RouteBack | null;
  readonly direction: 'request' | 'reply';
  /** It met conntrack before, on its way out through the loopback interface. */
  readonly isKnownToConntrack: boolean;
  /** A rule said NOTRACK. */
  readonly isUntracked: boolean;
  /** Where it was delivered, once it was. */
  readonly deliveredTo: 'on-its-way' | 'here' | 'elsewhere';
  /** The interface towards the machine DNAT led to, where rules name it. */
  readonly egressInterface: string | null;
  /** NAT so far: where the destination's address went, and whether address or port of either side may have changed. */
  readonly dnat: 'no' | 'to-address' | 'to-this-machine';
  readonly isDestinationTranslated: boolean;
  readonly isSourceTranslated: boolean;
  /** Which of the packets of its connection it is; null for one that no test is settled for. */
  readonly phase: Phase | null;
  /** How tests come out that a packet does not answer, by {@link testKey}. */
  readonly settled: Settled;
  /** Dynamic lists that rules on its way have put its source on. */
  readonly listed: readonly string[];
  /** Whether it has options, extension headers and the like: not, it is taken not to, or its sender chooses. */
  readonly extras: 'none' | 'assumed-none' | 'perhaps';
  /** Its fragments, if it came in any, have been put together. */
  readonly isWhole: boolean;
  /** The packet that opened its connection, as it arrived: conntrack treats this one alike. Null for the first itself. */
  readonly original: Packet | null;
}

/** `first` opens the connection, `reply` answers that; the others come after the handshake. */
export type Phase = 'first' | 'reply' | 'later' | 'later-reply';

export type Settled = ReadonlyMap<string, boolean>;

/**
 * What makes two tests come out alike: their text, and that they are about the same packet. What the site fixes is the same for all
 * packets of one direction.
 */
export function testKey(phase: Phase, text: string, owner: Owner): string {
  const isReply = phase === 'reply' || phase === 'later-reply';
  return `${owner === 'site' ? (isReply ? 'reply' : 'request') : phase} ${text}`;
}

/** By which interface answers to a packet leave; null where the routes leave it open. */
export function interfaceBack(
  { interface: name, hangsOnAddress }: RouteBack,
  { dnat }: Pick<Packet, 'dnat'>,
): string | null {
  return hangsOnAddress && dnat !== 'no' ? null : name;
}

const keys = new WeakMap<Packet, string>();

/** A packet that no rule has seen yet. */
export const AS_SENT = {
  mayBypass: false,
  isWayOutOpen: false,
  routeBack: null,
  direction: 'request',
  isKnownToConntrack: false,
  isUntracked: false,
  deliveredTo: 'on-its-way',
  egressInterface: null,
  dnat: 'no',
  isDestinationTranslated: false,
  isSourceTranslated: false,
  listed: [],
  isWhole: false,
} as const satisfies Partial<Packet>;

/** Packets with equal keys have met rules that changed them alike, so their peers may be joined again. */
export function packetKey(packet: Packet): string {
  let key = keys.get(packet);
  if (key === undefined) keys.set(packet, (key = newKey(packet)));
  return key;
}

function newKey({
  numbers,
  addresses,
  isUntracked,
  deliveredTo: place,
  dnat,
  isDestinationTranslated,
  isSourceTranslated,
  listed,
}: Packet): string {
  const { mark, 'ct-mark': ctMark, 'destination-port': port, 'hop-limit': hops } = numbers;
  return [
    mark,
    ctMark,
    hops,
    port,
    addresses.source,
    addresses.destination,
    isUntracked,
    place,
    dnat,
    isDestinationTranslated,
    isSourceTranslated,
    listed.join('\0'),
  ]
    .map((part) => (typeof part === 'object' ? keyOf(part) : String(part)))
    .join('|');
}

function keyOf(value: (NumberValue & object) | IntervalSet | null): string {
  if (value === null) return '?';
  if (!('kind' in value)) return value.join();
  switch (value.kind) {
    case 'within':
      return value.in.join();
    case 'bits':
      return `${value.value}/${value.known}`;
    case 'foreign':
      return value.kind;
  }
}

export function withNumber(packet: Packet, field: NumberField, value: NumberValue): Packet {
  return { ...packet, numbers: { ...packet.numbers, [field]: value } };
}

/** A value from half-open intervals: exact where they hold one number. */
export function numberValue(set: IntervalSet): NumberValue {
  const [from, to] = set;
  return set.length === 2 && typeof from === 'number' && to === from + 1 ? from : { kind: 'within', in: set };
}

/** What conntrack would tell, where it has not seen the packet or keeps no connection: tools differ in what they make of that. */
export function withoutConnection(packet: Packet, state: NumberValue): Packet {
  return {
    ...packet,
    numbers: {
      ...packet.numbers,
      'ct-state': state,
      'ct-status': null,
      'ct-direction': null,
      'ct-protocol': null,
      'ct-mark': null,
      'ct-original-source-port': null,
      'ct-original-destination-port': null,
      'ct-reply-source-port': null,
      'ct-reply-destination-port': null,
    },
    addresses: {
      ...packet.addresses,
      'ct-original-source': null,
      'ct-original-destination': null,
      'ct-reply-source': null,
      'ct-reply-destination': null,
    },
  };
}
