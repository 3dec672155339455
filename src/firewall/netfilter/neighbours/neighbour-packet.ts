import type { Family } from '../../../net/address.ts';
import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { isWithin, type IntervalSet } from '../../../net/interval-set.ts';
import { ADDRESS_TYPE, ARP, CT_STATE, ICMPV6, type NumberField } from '../../model/match.ts';
import type { NeighbourMessage } from '../../model/reason.ts';
import { ANY_UNICAST, LINK_LOCAL, NEVER_ON_LINK, solicitedNode } from '../../../net/special-addresses.ts';
import { profileOf } from '../initial-packets.ts';
import type { Scenario } from '../scenario.ts';
import { AS_SENT, type AddressValue, type InterfaceValue, type NumberValue, type Packet } from '../packet.ts';

/** Who is on the link with the machine: the end of the flow itself, or the router before it. */
export const NEIGHBOURS = ['end', 'router'] as const;

export type Neighbour = (typeof NEIGHBOURS)[number];

/** The side of the machine the neighbour is on. */
export type Side = 'source' | 'destination';

/** One message between the machine that runs the rules and a neighbour. */
export interface Exchange {
  readonly side: Side;
  readonly neighbour: Neighbour;
  readonly isQuestion: boolean;
  /**
   * Whether it comes in or goes out at the machine, or crosses a bridge of it, from the side of the source to that of the destination
   * or back.
   */
  readonly way: 'in' | 'out' | 'across' | 'back';
  /**
   * No packet of the flow gets through without it. The others matter only where the link address was not learned from the
   * question of the neighbour, or has to be confirmed later.
   */
  readonly isNeeded: boolean;
}

/** The messages exchanged on one side, in order. Towards the source the neighbour asks first, towards the destination the machine. */
export function exchangesOn(side: Side, neighbour: Neighbour): readonly Exchange[] {
  const [there, back] = side === 'source' ? (['in', 'out'] as const) : (['out', 'in'] as const);
  const on = { side, neighbour };
  return [
    { ...on, isQuestion: true, way: there, isNeeded: true },
    { ...on, isQuestion: false, way: back, isNeeded: true },
    { ...on, isQuestion: true, way: back, isNeeded: false },
    { ...on, isQuestion: false, way: there, isNeeded: false },
  ];
}

/**
 * What the ends, or a router and one of them, exchange over a bridge of the machine.
 * @param side where the neighbour is; on the other side is the end of the flow
 */
export function exchangesAcross(side: Side, neighbour: Neighbour): readonly Exchange[] {
  const on = { side, neighbour };
  return [
    { ...on, isQuestion: true, way: 'across', isNeeded: true },
    { ...on, isQuestion: false, way: 'back', isNeeded: true },
    { ...on, isQuestion: true, way: 'back', isNeeded: false },
    { ...on, isQuestion: false, way: 'across', isNeeded: false },
  ];
}

/** Whether it crosses a bridge of the machine. */
export function isAcross({ way }: Pick<Exchange, 'way'>): boolean {
  return way === 'across' || way === 'back';
}

export function messageOf(family: Family, { isQuestion }: Exchange): NeighbourMessage {
  if (family === 4) return isQuestion ? 'arp-request' : 'arp-reply';
  return isQuestion ? 'neighbour-solicitation' : 'neighbour-advertisement';
}

/** The interface of the side. */
export function interfaceOn(side: Side, asked: Scenario): InterfaceValue {
  return side === 'source' ? asked.inInterface : asked.outInterface;
}

/** The message as it meets its first hook. */
export function neighbourPacket(asked: Scenario, exchange: Exchange): Packet {
  const { family } = asked;
  const [source, destination] =
    family === 4 ? arpAddresses(asked, exchange) : discoveryAddresses(asked, exchange);
  return {
    family,
    numbers: { ...NOTHING_KNOWN, ...numbersOf(family, exchange), profile: profileOf(asked) },
    addresses: { ...NO_CONNECTION, source, destination },
    ...interfacesOf(asked, exchange),
    ...AS_SENT,
    mayBypass: asked.framesOnLink === 'unseen',
    phase: null,
    settled: NOTHING_SETTLED,
    extras: 'assumed-none',
    original: null,
  };
}

function interfacesOf(
  asked: Scenario,
  { side, way }: Exchange,
): Pick<Packet, 'inInterface' | 'outInterface'> {
  const face = interfaceOn(side, asked);
  switch (way) {
    case 'in':
      return { inInterface: face, outInterface: '' };
    case 'out':
      return { inInterface: '', outInterface: face };
    case 'across':
      return { inInterface: asked.inInterface, outInterface: asked.outInterface };
    case 'back':
      return { inInterface: asked.outInterface, outInterface: asked.inInterface };
  }
}

const NOTHING_SETTLED: Packet['settled'] = new Map();

const NOTHING_KNOWN: Readonly<Record<NumberField, NumberValue>> = {
  family: null,
  protocol: null,
  'source-port': null,
  'destination-port': null,
  'tcp-flags': null,
  'ct-state': null,
  'ct-status': null,
  'ct-direction': null,
  'ct-protocol': null,
  'ct-original-source-port': null,
  'ct-original-destination-port': null,
  'ct-reply-source-port': null,
  'ct-reply-destination-port': null,
  mark: 0,
  'ct-mark': null,
  'icmpv6-type': null,
  'arp-operation': null,
  'hop-limit': null,
  'source-type': null,
  'destination-type': null,
  'packet-type': null,
  profile: null,
};

const NO_CONNECTION = {
  'ct-original-source': null,
  'ct-original-destination': null,
  'ct-reply-source': null,
  'ct-reply-destination': null,
} as const;

const [SOLICITATION, ADVERTISEMENT] = [135, 136];
const [REQUEST, REPLY] = [1, 2];
const PACKET_TYPE = { host: 0, broadcast: 1, multicast: 2 } as const;

function numbersOf(family: Family, { isQuestion, way }: Exchange): Partial<Record<NumberField, NumberValue>> {
  const toMany = way === 'out' ? null : family === 4 ? PACKET_TYPE.broadcast : PACKET_TYPE.multicast;
  const packetType = isQuestion ? toMany : PACKET_TYPE.host;
  if (family === 4)
    return {
      family: ARP,
      // Conntrack does not look at it, or, on a bridge (nf_ct_bridge_pre), leaves it alone.
      'ct-state': NO_CONNTRACK,
      'arp-operation': isQuestion ? REQUEST : REPLY,
      'packet-type': packetType,
    };
  const unicast = way === 'in' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast;
  return {
    family,
    protocol: ICMPV6,
    'icmpv6-type': isQuestion ? SOLICITATION : ADVERTISEMENT,
    'hop-limit': 255,
    // nf_conntrack leaves neighbour discovery alone (nf_conntrack_icmpv6_error).
    'ct-state': CT_STATE.untracked,
    'source-type': way !== 'out' ? ADDRESS_TYPE.unicast : ADDRESS_TYPE.local,
    'destination-type': isQuestion ? ADDRESS_TYPE.multicast : unicast,
    'packet-type': packetType,
  };
}

const NO_CONNTRACK: NumberValue = {
  kind: 'within',
  in: [CT_STATE.invalid, CT_STATE.invalid + 1, CT_STATE.untracked, CT_STATE.untracked + 1],
};

type Ends = readonly [source: AddressValue, destination: AddressValue];

/** The addresses that ARP speaks of: a router may have any of the link, and so may the machine, where it is a gateway itself. */
function arpAddresses(asked: Scenario, exchange: Exchange): Ends {
  const { side, neighbour, way } = exchange;
  if (isAcross(exchange)) {
    const [sender, target] = endsAcross(asked, exchange);
    return [sender ?? ANY_UNICAST[4], target ?? ANY_UNICAST[4]];
  }
  const far = neighbour === 'end' ? farEnd(asked, side) : ANY_UNICAST[4];
  const own = ownAddress(asked) ?? ANY_UNICAST[4];
  return way === 'in' ? [far, own] : [own, far];
}

/**
 * Solicitations come from the address of the packet that waits for the answer, where it is one of the machine's own (RFC 4861
 * section 7.2.2), else from a link-local one: a router's always do. Advertisements come from the address that was asked for and
 * go where the question came from.
 */
function discoveryAddresses(asked: Scenario, exchange: Exchange): Ends {
  const { side, neighbour, way, isQuestion } = exchange;
  const far = neighbour === 'end' ? farEnd(asked, side) : null;
  const own = ownAddress(asked);
  const [sender, target] = isAcross(exchange)
    ? endsAcross(asked, exchange)
    : way === 'in'
      ? [far, own]
      : [own, far];
  if (isQuestion) return [sender ?? LINK_LOCAL[6], solicitedNode(target === 'peers' ? null : target)];
  return [sender ?? ANY_UNICAST[6], target ?? LINK_LOCAL[6]];
}

/** Who sends and who is to get a message that crosses a bridge; null for a router, whose address is not known. */
function endsAcross(asked: Scenario, { side, neighbour, way }: Exchange): Ends {
  const endOf = (of: Side): AddressValue =>
    of === side && neighbour === 'router' ? null : farEnd(asked, of);
  return way === 'across' ? [endOf('source'), endOf('destination')] : [endOf('destination'), endOf('source')];
}

function farEnd({ destination }: Scenario, side: Side): AddressValue {
  return side === 'source' ? 'peers' : destination;
}

/** The machine's own end of the flow; null for a gateway, which is neither. */
function ownAddress({ hook, destination }: Scenario): AddressValue {
  return hook === 'forward' ? null : hook === 'output' ? 'peers' : destination;
}

/** Whose neighbour is surely the router, or surely the other end: the rest of the peers may have either. */
export interface Places {
  readonly onLink: IntervalSet;
  readonly beyondRouter: IntervalSet;
}

/** What the addresses of the side tell: link-local ones are not routed, and some no host of a link has. */
export function placesOn(asked: Scenario, side: Side): Places {
  const { family, destination } = asked;
  if (side === 'source') return { onLink: LINK_LOCAL[family], beyondRouter: NEVER_ON_LINK[family] };
  const ofAll = (addresses: IntervalSet): IntervalSet =>
    isWithin(destination, addresses) ? EVERY_ADDRESS[family] : [];
  return { onLink: ofAll(LINK_LOCAL[family]), beyondRouter: ofAll(NEVER_ON_LINK[family]) };
}
