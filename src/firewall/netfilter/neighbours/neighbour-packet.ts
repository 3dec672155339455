import type { Family } from '../../../net/address.ts';
import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { isWithin, type IntervalSet } from '../../../net/interval-set.ts';
import { ADDRESS_TYPE, ARP, CT_STATE, ICMPV6, type NumberField } from '../../model/match.ts';
import type { NeighbourCondition, NeighbourMessage } from '../../model/reason.ts';
import { ANY_UNICAST, LINK_LOCAL, NEVER_ON_LINK, solicitedNode } from '../../../net/special-addresses.ts';
import { profileOf } from '../initial-packets.ts';
import type { Scenario } from '../scenario.ts';
import { AS_SENT, type AddressValue, type InterfaceValue, type NumberValue, type Packet } from '../packet.ts';

/** Who is on the link with the machine: the end of the flow itself, or the router before it. */
export const NEIGHBOURS = ['end', 'router'] as const;

export type Neighbour = (typeof NEIGHBOURS)[number];

/** The side of the machine the neighbour is on. */
export type Side = 'source' | 'destination';

/** A link of the machine that runs the rules, on which it has to find a neighbour of the flow. */
export interface Link {
  readonly side: Side;
  readonly interface: InterfaceValue;
  /** The other end of the flow, as its packet names it here: NAT may have led it elsewhere. */
  readonly far: AddressValue;
  /** The machine's own address in the flow; null where it is neither end. */
  readonly own: AddressValue;
  /** Its own addresses that a neighbour may ask for, each another answer; null for any. */
  readonly askedFor: readonly OwnAddress[];
}

export interface OwnAddress {
  readonly address: AddressValue;
  readonly is: Extract<NeighbourCondition, 'asked-for-destination' | 'asked-for-other'>;
}

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

/** A message that names these addresses; `when` that depends on something nobody said. */
export interface Message {
  readonly packet: Packet;
  readonly when: NeighbourCondition | null;
}

/**
 * The message as it meets its first hook: one for each address of the machine's own it may name. Where that is neither end of the
 * flow, it is any.
 */
export function messagesOf(asked: Scenario, link: Link, exchange: Exchange): readonly Message[] {
  const names = ownNames(asked, link, exchange);
  return names.map(({ address, is }) => ({
    // Most are answered by what is known of all alike.
    get packet() {
      return neighbourPacket(asked, link, exchange, address);
    },
    when: names.length === 1 ? null : is,
  }));
}

interface OwnName {
  readonly address: AddressValue;
  readonly is: NeighbourCondition;
}

/**
 * Who asks for the machine asks for the destination where that is on this link, else for another address of it. Where the machine asks
 * itself by neighbour discovery, it does so from the address of the packet that waits, if that is one of the interface (ndisc_solicit),
 * else from a link-local one; ARP takes any of its addresses.
 */
function ownNames({ family }: Scenario, link: Link, exchange: Exchange): readonly OwnName[] {
  const { own, askedFor } = link;
  const { isQuestion, way } = exchange;
  if (isAcross(exchange)) return [{ address: own, is: 'asked-for-destination' }];
  if (isQuestion === (way === 'in')) return askedFor;
  const asking = { address: own, is: 'asks-from-flow' } as const;
  const local = { address: null, is: 'asks-from-link-local' } as const;
  if (family === 4 || own === null) return [asking];
  if (own !== 'peers' && isWithin(own, LINK_LOCAL[6])) return [asking];
  const [only, ...more] = askedFor;
  if (link.side === 'destination' || only === undefined || more.length > 0) return [asking, local];
  return [only.is === 'asked-for-destination' ? asking : local];
}

function neighbourPacket(asked: Scenario, link: Link, exchange: Exchange, own: AddressValue): Packet {
  const { family } = asked;
  const [source, destination] =
    family === 4 ? arpAddresses(asked, link, exchange, own) : discoveryAddresses(asked, link, exchange, own);
  return {
    family,
    numbers: { ...NOTHING_KNOWN, ...numbersOf(family, exchange), profile: profileOf(asked) },
    addresses: { ...NO_CONNECTION, source, destination },
    ...interfacesOf(asked, link, exchange),
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
  { interface: face }: Link,
  { way }: Exchange,
): Pick<Packet, 'inInterface' | 'outInterface'> {
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
function arpAddresses(asked: Scenario, link: Link, exchange: Exchange, own: AddressValue): Ends {
  if (isAcross(exchange)) {
    const [sender, target] = endsAcross(asked, exchange);
    return [sender ?? ANY_UNICAST[4], target ?? ANY_UNICAST[4]];
  }
  const far = exchange.neighbour === 'end' ? link.far : ANY_UNICAST[4];
  const near = own ?? ANY_UNICAST[4];
  return exchange.way === 'in' ? [far, near] : [near, far];
}

/**
 * Solicitations come from the address of the packet that waits for the answer, where it is one of the sender's own (RFC 4861
 * section 7.2.2), else from a link-local one: a router's always do. Advertisements come from the address that was asked for and
 * go where the question came from.
 */
function discoveryAddresses(asked: Scenario, link: Link, exchange: Exchange, own: AddressValue): Ends {
  const { neighbour, way, isQuestion } = exchange;
  const far = neighbour === 'end' ? link.far : null;
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

/** Whose neighbour is surely the router, or surely the other end: the rest of the peers may have either. */
export interface Places {
  readonly onLink: IntervalSet;
  readonly beyondRouter: IntervalSet;
}

/** What the other end's addresses tell: link-local ones are not routed, and some no host of a link has. */
export function placesOn(family: Family, { far }: Link): Places {
  if (far === 'peers' || far === null)
    return { onLink: LINK_LOCAL[family], beyondRouter: NEVER_ON_LINK[family] };
  const ofAll = (addresses: IntervalSet): IntervalSet =>
    isWithin(far, addresses) ? EVERY_ADDRESS[family] : [];
  return { onLink: ofAll(LINK_LOCAL[family]), beyondRouter: ofAll(NEVER_ON_LINK[family]) };
}
