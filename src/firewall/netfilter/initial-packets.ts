import { intervalSet, type IntervalSet } from '../../net/interval-set.ts';
import { ADDRESS_TYPE, CT_STATE, CT_STATUS, PROTOCOL, type NumberField } from '../model/match.ts';
import type { Scenario } from './scenario.ts';
import {
  AS_SENT,
  numberValue,
  withNumber,
  withoutConnection,
  type NumberValue,
  type Packet,
} from './packet.ts';

/** What is known of the packets of a connection that opens so (null: in any way the sender may choose). */
interface Flags {
  readonly first: NumberValue;
  readonly answer: NumberValue;
  /**
   * After the handshake either side sends plain ACKs, and data, whose last segment carries PSH. How a connection is closed (FIN, RST)
   * is not followed: nobody is kept out by it.
   */
  readonly later: NumberValue;
}

const [SYN, PSH, ACK, URG, ECE, CWR] = [2, 8, 16, 32, 64, 128];

const PLAIN: Flags = { first: SYN, answer: SYN | ACK, later: oneOf(ACK, [PSH]) };

/** Who is offered ECN need not take it (RFC 3168, 6.1.1). */
const WITH_ECN: Flags = {
  first: SYN | ECE | CWR,
  answer: oneOf(SYN | ACK, [ECE]),
  later: oneOf(ACK, [PSH, ECE, CWR]),
};

const EITHER: Flags = {
  ...WITH_ECN,
  first: { kind: 'within', in: [SYN, SYN + 1, SYN | ECE | CWR, (SYN | ECE | CWR) + 1] },
};

/** With these, too, the packet opens a connection (tcp_conntracks, tcp_rcv_state_process). */
export const OPENING_FLAGS: IntervalSet = someOf(SYN, [PSH, URG, ECE, CWR]);

const ODD: Flags = { ...WITH_ECN, first: { kind: 'within', in: OPENING_FLAGS } };

function flagsOf({ opening, sender }: Scenario): Flags {
  switch (opening) {
    case 'plain':
      return PLAIN;
    case 'ecn':
      return WITH_ECN;
    case 'odd':
      return ODD;
    case null:
      return sender === 'anybody' ? ODD : EITHER;
  }
}

/** These flags with any of the others. */
function oneOf(flags: number, others: readonly number[]): NumberValue {
  return { kind: 'within', in: someOf(flags, others) };
}

function someOf(flags: number, others: readonly number[]): IntervalSet {
  const all = others.reduce((some, bit) => [...some, ...some.map((one) => one | bit)], [flags]);
  return intervalSet(all.flatMap((one) => [one, one + 1]));
}

/** Who must not get in adds to its packets what may help. */
function extrasOf({ sender, opening }: Scenario): Packet['extras'] {
  if (sender !== 'anybody') return 'assumed-none';
  return opening === null || opening === 'odd' ? 'perhaps' : 'none';
}

/** A datagram of a neighbour may come in a frame to all, and is taken; a TCP packet is not (tcp_v4_rcv). */
function packetType(asked: Scenario): NumberValue {
  return asked.transport === 'udp' && extrasOf(asked) === 'perhaps' ? { kind: 'within', in: [0, 3] } : 0;
}

/** The profile of the interface; any of the three where nobody named it. */
export function profileOf({ profile }: Scenario): NumberValue {
  return profile ?? { kind: 'within', in: [0, 3] };
}

/** A packet in the middle of a connection that conntrack does not know. */
export const PICKED_UP: NumberValue = {
  kind: 'within',
  in: [CT_STATE.invalid, CT_STATE.established + 1, CT_STATE.new, CT_STATE.new + 1],
};

/** A packet of a connection that conntrack sees one side of: it may be out of the window. */
const OUT_OF_WINDOW: NumberValue = { kind: 'within', in: [CT_STATE.invalid, CT_STATE.established + 1] };

/** Status bits a new connection surely has or lacks; the confirmed bit comes somewhere on the way. */
const KNOWN_OF_NEW =
  CT_STATUS.expected |
  CT_STATUS['seen-reply'] |
  CT_STATUS.assured |
  CT_STATUS.snat |
  CT_STATUS.dnat |
  CT_STATUS.dying;

/** What the client sends, as it meets the first hook: the packet that opens the connection, or one of an established one. */
export function requestPacket(asked: Scenario): Packet {
  const packet = plainRequest(asked);
  switch (asked.state) {
    case 'new':
      return packet;
    case 'established':
      return afterHandshake(
        asked,
        asked.original === null ? packet : ofConnection(asked, packet, asked.original),
      );
    case 'invalid':
    case 'untracked':
      return withNumber(withoutConnection(packet, CT_STATE[asked.state]), 'tcp-flags', null);
  }
}

/** What conntrack makes of a later packet, after as much of the handshake as it saw. */
function afterHandshake({ seen }: Scenario, packet: Packet): Packet {
  switch (seen) {
    case 'whole':
      return packet;
    case 'one-side':
      return withoutConnection(packet, OUT_OF_WINDOW);
    case 'request':
      // Of the server's packets some are ignored, which are then as good as established.
      return withoutConnection(packet, packet.direction === 'request' ? CT_STATE.invalid : OUT_OF_WINDOW);
    case 'nothing':
      return withoutConnection(packet, PICKED_UP);
  }
}

/** What conntrack knows of the connection since its first packet arrived and was answered. */
function ofConnection(asked: Scenario, { numbers, addresses, ...packet }: Packet, original: Packet): Packet {
  return {
    ...packet,
    numbers: {
      ...numbers,
      'ct-status': withAnswer(original.numbers['ct-status'], ESTABLISHED_BITS, asked),
      'ct-direction': original.numbers['ct-direction'],
      'ct-original-source-port': original.numbers['ct-original-source-port'],
      'ct-original-destination-port': original.numbers['ct-original-destination-port'],
      'ct-reply-source-port': original.numbers['ct-reply-source-port'],
      'ct-reply-destination-port': original.numbers['ct-reply-destination-port'],
      'ct-mark': original.numbers['ct-mark'],
    },
    addresses: {
      ...original.addresses,
      source: addresses.source,
      destination: addresses.destination,
    },
    original,
    listed: asked.transport === 'udp' ? original.listed : packet.listed,
  };
}

/** The packet that completes a handshake makes conntrack sure of the connection, before any rule but the earliest sees it. */
const ESTABLISHED_BITS = CT_STATUS['seen-reply'] | CT_STATUS.confirmed | CT_STATUS.assured;

/** The status once an answer was seen. */
function answered(status: NumberValue, asked: Scenario): NumberValue {
  if (asked.state !== 'new') return status;
  return withAnswer(status, CT_STATUS['seen-reply'] | CT_STATUS.confirmed, asked);
}

/** How sure conntrack is of a connection of datagrams once it was answered is not known. */
function withAnswer(status: NumberValue, bits: number, { transport }: Scenario): NumberValue {
  const seen = withBits(status, bits);
  if (transport === 'tcp' || typeof seen !== 'object' || seen?.kind !== 'bits') return seen;
  return { ...seen, known: seen.known & ~CT_STATUS.assured };
}

function withBits(status: NumberValue, bits: number): NumberValue {
  if (typeof status !== 'object' || status?.kind !== 'bits') return null;
  return { ...status, value: status.value | bits, known: status.known | bits };
}

function plainRequest(asked: Scenario): Packet {
  const isNew = asked.state === 'new';
  const isLocal = asked.hook === 'input' || asked.hook === 'loopback';
  const sourcePort = numberValue(asked.sourcePorts);
  const numbers: Record<NumberField, NumberValue> = {
    family: asked.family,
    protocol: PROTOCOL[asked.transport],
    'source-port': sourcePort,
    'destination-port': asked.port,
    'tcp-flags': asked.transport === 'tcp' ? flagsOf(asked)[isNew ? 'first' : 'later'] : null,
    'ct-state': isNew ? CT_STATE.new : CT_STATE.established,
    'ct-status': isNew ? { kind: 'bits', value: 0, known: KNOWN_OF_NEW } : null,
    'ct-direction': isNew ? 0 : null,
    'ct-protocol': PROTOCOL[asked.transport],
    'ct-original-source-port': isNew ? sourcePort : null,
    'ct-original-destination-port': isNew ? asked.port : null,
    'ct-reply-source-port': isNew ? asked.port : null,
    'ct-reply-destination-port': isNew ? sourcePort : null,
    mark: 0,
    'ct-mark': isNew ? 0 : null,
    'icmpv6-type': null,
    'arp-operation': null,
    'hop-limit': null,
    'source-type':
      asked.hook === 'loopback' || asked.hook === 'output' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
    'destination-type': isLocal ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
    'packet-type': packetType(asked),
    profile: profileOf(asked),
  };
  return {
    family: asked.family,
    numbers,
    addresses: {
      source: 'peers',
      destination: asked.destination,
      'ct-original-source': isNew ? 'peers' : null,
      'ct-original-destination': isNew ? asked.destination : null,
      'ct-reply-source': isNew ? asked.destination : null,
      'ct-reply-destination': isNew ? 'peers' : null,
    },
    inInterface: '',
    outInterface: '',
    ...AS_SENT,
    routeBack: asked.routeBack,
    mayBypass: asked.framesOnLink === 'unseen',
    isWhole: asked.hook === 'output' || asked.hook === 'loopback',
    phase: isNew ? 'first' : 'later',
    settled: asked.settled,
    extras: extrasOf(asked),
    original: null,
  };
}

/** What the server sends upon a request that arrived as `request`: the same connection the other way round. */
export function replyPacket(asked: Scenario, request: Packet): Packet {
  const packet = plainReply(asked, request);
  if (asked.state === 'new') return packet;
  const isOneSided = asked.seen === 'whole' && request.isUntracked;
  return afterHandshake(isOneSided ? { ...asked, seen: 'one-side' } : asked, packet);
}

function plainReply(asked: Scenario, request: Packet): Packet {
  const { numbers, addresses } = request;
  const untracked = asked.transport === 'tcp' ? CT_STATE.invalid : CT_STATE.new;
  const isUnknown = request.isUntracked && asked.state === 'new';
  return {
    ...request,
    numbers: {
      ...numbers,
      'source-port': numbers['destination-port'],
      'destination-port': numberValue(asked.sourcePorts),
      'tcp-flags':
        asked.transport === 'tcp' ? flagsOf(asked)[asked.state === 'new' ? 'answer' : 'later'] : null,
      'ct-state': isUnknown ? untracked : CT_STATE.established,
      'ct-status': isUnknown ? null : answered(numbers['ct-status'], asked),
      'ct-direction': isUnknown ? null : 1,
      'ct-protocol': isUnknown ? null : PROTOCOL[asked.transport],
      mark: 0,
      'packet-type': 0,
      'ct-mark': request.isUntracked ? null : numbers['ct-mark'],
      'source-type': request.deliveredTo === 'here' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
      'destination-type':
        asked.hook === 'output' || asked.hook === 'loopback' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
    },
    addresses: { ...addresses, source: addresses.destination, destination: 'peers' },
    direction: 'reply',
    phase: asked.state === 'new' ? 'reply' : 'later-reply',
    listed: [],
    extras: 'assumed-none',
    deliveredTo: 'on-its-way',
    isKnownToConntrack: false,
    isUntracked: false,
  };
}
