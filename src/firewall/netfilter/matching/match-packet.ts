import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { holds, isWithin, overlaps, type IntervalSet } from '../../../net/interval-set.ts';
import {
  ARP,
  PROTOCOL,
  type AddressMatch,
  type AssumedMatch,
  type InterfaceMatch,
  type Match,
  type NumberField,
  type NumberMatch,
  type UnknownMatch,
  unknown,
} from '../../model/match.ts';
import { dimensionOf, OWNERS, type Dimension } from '../../model/dimension.ts';
import { USUAL_FLAGS } from '../../model/assumptions.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { HookedChain } from '../machine/firewall.ts';
import { or, and, exactly, FALSE, not, TRUE, UNKNOWN, type Bounds } from './must-may.ts';
import { OPENING_FLAGS } from '../initial-packets.ts';
import { interfaceBack, testKey, type InterfaceValue, type Packet, type Phase } from '../packet.ts';

/** What the tests of one evaluation leave behind. */
export interface Notes {
  /** Assumptions that decided a test. */
  readonly assumptions: Set<string>;
  /** Bounds of source ports at which a test could not be decided for all of them at once. */
  readonly portBounds: Set<number>;
  /** Interface patterns that could not be decided because the interface is not known. */
  readonly interfacePatterns: Set<string>;
  /** Tests that the packet does not answer, though somebody decides them. */
  readonly openTests: Map<string, OpenTest>;
  /** The rule being looked at, and its chain. */
  at: PlaceOfTest | null;
  /** Those whose packets are at that rule; null: any. */
  peers: IntervalSet | null;
  /** Lists that the rule puts the source on. */
  readonly adds: string[];
  /** Lists that any rule on the way may put a source on. */
  readonly added: Set<string>;
  /** Headers of the packet that opens the connection decided nothing because they may be one way or the other. */
  hasOpenings: boolean;
  /** A network profile decided nothing because it is not known. */
  hasProfiles: boolean;
  /** Rules looked at, once for each state of the packet. */
  steps: number;
  /** What tests of many parts, and rules passed over, take beside that, in steps. */
  extra: number;
}

/** Where a test stands. */
export interface PlaceOfTest {
  readonly from: HookedChain;
  readonly chain: Chain;
  readonly rule: Rule;
}

/** A test that nothing decided yet, with what it takes to decide it. */
export interface OpenTest {
  readonly match: UnknownMatch;
  readonly dimension: Dimension;
  readonly phase: Phase;
  readonly place: PlaceOfTest | null;
  /** The packet may be on the list by its own doing, so that a plain one need not be off it. */
  readonly isListed: boolean;
}

export function newNotes(): Notes {
  return {
    assumptions: new Set(),
    portBounds: new Set(),
    interfacePatterns: new Set(),
    openTests: new Map(),
    at: null,
    peers: null,
    adds: [],
    added: new Set(),
    hasOpenings: false,
    hasProfiles: false,
    steps: 0,
    extra: 0,
  };
}

/** For which peers all tests hold. Stops at the first that holds for none. */
export function matchAll(matches: readonly Match[], packet: Packet, notes: Notes): Bounds {
  let bounds = TRUE;
  const before = notes.openTests.size;
  for (const match of matches) {
    bounds = and(bounds, matchPacket(match, packet, notes));
    if (bounds !== FALSE) continue;
    forgetAfter(notes.openTests, before);
    return FALSE;
  }
  if (notes.openTests.size > before && isOfOthers(bounds, notes.peers)) forgetAfter(notes.openTests, before);
  return bounds;
}

/** Whoever the tests may hold for is none of the peers. */
function isOfOthers({ may }: Bounds, peers: IntervalSet | null): boolean {
  return may !== 'all' && peers !== null && !overlaps(may, peers);
}

/** What another test of the rule decides anyway hangs on none of those before it, nor does what is about other peers. */
function forgetAfter(tests: Notes['openTests'], count: number): void {
  if (tests.size === count) return;
  for (const key of [...tests.keys()].slice(count)) tests.delete(key);
}

/** So many parts of a test take as long as a rule. */
export const PARTS_A_STEP = 1;

export function matchPacket(match: Match, packet: Packet, notes: Notes): Bounds {
  switch (match.kind) {
    case 'number':
      return matchNumber(match, packet, notes);
    case 'address':
      return matchAddress(match, packet);
    case 'interface':
      return matchInterface(match, packet, notes);
    case 'all':
      return matchAll(match.of, packet, notes);
    case 'any':
      notes.extra += match.of.length / PARTS_A_STEP;
      return or(match.of.map((part) => matchPacket(part, packet, notes)));
    case 'not':
      if (isAboutAbsent(match.of, packet)) return FALSE;
      return not(matchPacket(match.of, packet, notes), EVERY_ADDRESS[packet.family]);
    case 'assumed':
      return matchAssumed(match, packet, notes);
    case 'unknown':
      return matchUnknown(match, packet, notes);
    case 'adds':
      notes.adds.push(match.list);
      return TRUE;
  }
}

/** As it was settled for this case; else it is noted, so that the question can be cut. */
function matchUnknown(match: UnknownMatch, packet: Packet, notes: Notes): Bounds {
  const { settled, listed } = packet;
  const dimension = packet.phase === null ? null : dimensionOf(match.reason);
  if (dimension === null || packet.phase === null) return UNKNOWN;
  const phase = phaseOf(match, dimension, packet, packet.phase);
  const list = match.known?.list;
  const isListed = list !== undefined && listed.includes(list);
  const key = testKey(phase, `${match.text}${isListed ? ' (listed)' : ''}`, OWNERS[dimension]);
  const holds = settled.get(key);
  if (holds !== undefined) return holds ? TRUE : FALSE;
  if (notes.openTests.size < MAX_NOTES && !notes.openTests.has(key))
    notes.openTests.set(key, { match, dimension, phase, place: notes.at, isListed });
  return UNKNOWN;
}

/**
 * A connection is short beside the timeout of an element: who was listed at its first packet is so until its last. Nor does the time
 * of day change before it is answered.
 */
function phaseOf({ reason }: UnknownMatch, dimension: Dimension, packet: Packet, phase: Phase): Phase {
  if (reason.code === 'expiring-elements' || dimension === 'clock') return 'first';
  return isDatagram(packet) ? phaseOfDatagram(phase, dimension) : phase;
}

/**
 * Every datagram of a side is like its first one, no more of them come than the limits let through that this one is within, and the
 * side is on no other list than those it was put on.
 */
function phaseOfDatagram(phase: Phase, dimension: Dimension): Phase {
  if (OWNERS[dimension] !== 'peer' && dimension !== 'rate' && dimension !== 'list') return phase;
  return phase === 'later' ? 'first' : phase === 'later-reply' ? 'reply' : phase;
}

function isDatagram({ numbers }: Packet): boolean {
  return numbers.protocol === PROTOCOL.udp;
}

/** Nobody splits a question into more cases than these. */
const MAX_NOTES = 300;

function matchAssumed(match: AssumedMatch, packet: Packet, notes: Notes): Bounds {
  const { assumption, holds } = match;
  const { extras, isWhole } = packet;
  if (assumption.isOfRouteBack === true && packet.direction === 'request' && packet.routeBack !== null)
    return matchRouteBack(match, interfaceBack(packet.routeBack, packet), packet, notes);
  if (assumption.isOfFragments === true && isWhole) return holds ? TRUE : FALSE;
  if (assumption.isSendersChoice === true && extras === 'perhaps') {
    notes.hasOpenings = true;
    return UNKNOWN;
  }
  // What one of several kinds of packets has is not taken for granted.
  if (assumption.isSendersChoice !== true || extras === 'assumed-none')
    notes.assumptions.add(assumption.text);
  return holds ? TRUE : FALSE;
}

function matchRouteBack(
  { holds }: AssumedMatch,
  back: string | null,
  { inInterface }: Packet,
  notes: Notes,
): Bounds {
  if (back === null) return UNKNOWN;
  if (inInterface !== null) return (inInterface === back) === holds ? TRUE : FALSE;
  if (notes.interfacePatterns.size < MAX_NOTES) notes.interfacePatterns.add(back);
  return UNKNOWN;
}

/** What only packets of IP have. */
const OF_IP: ReadonlySet<NumberField> = new Set([
  ...(['protocol', 'source-port', 'destination-port', 'tcp-flags', 'icmpv6-type', 'hop-limit'] as const),
  ...(['ct-status', 'ct-direction', 'ct-protocol', 'ct-mark'] as const),
  ...(['ct-original-source-port', 'ct-original-destination-port'] as const),
  ...(['ct-reply-source-port', 'ct-reply-destination-port'] as const),
]);

/** What ARP does not have ends a rule (NFT_BREAK), whatever it is compared with. */
function isAboutAbsent(match: Match, packet: Packet): boolean {
  if (packet.numbers.family !== ARP) return false;
  switch (match.kind) {
    case 'number':
      return OF_IP.has(match.field);
    case 'all':
    case 'any':
      return match.of.some((part) => isAboutAbsent(part, packet));
    case 'not':
      return isAboutAbsent(match.of, packet);
    default:
      return false;
  }
}

function matchNumber(match: NumberMatch, packet: Packet, notes: Notes): Bounds {
  if (isAboutAbsent(match, packet)) return FALSE;
  const { field, in: set, mask } = match;
  const value = packet.numbers[field];
  if (field === 'tcp-flags') noteFlags(match, packet, notes);
  if (typeof value === 'number') {
    return holds(set, mask === undefined ? value : (value & mask) >>> 0) ? TRUE : FALSE;
  }
  if (value === null) return UNKNOWN;
  if (value.kind === 'foreign') return matchForeign(match, packet, notes);
  if (value.kind === 'bits') return matchBits(value.value, value.known, set, mask);
  const bounds = matchValues(value.in, set, mask);
  if (bounds !== UNKNOWN) return bounds;
  if (field === 'profile') notes.hasProfiles = true;
  if (field === 'tcp-flags' || field === 'packet-type') notes.hasOpenings = true;
  if (mask === undefined && isClientPort(field, packet) && notes.portBounds.size < MAX_NOTES)
    for (const bound of set) notes.portBounds.add(Number(bound));
  return UNKNOWN;
}

/** A plain packet is no answer for others that open a connection as well, where the test holds for some of these alone. */
function noteFlags({ in: set, mask }: NumberMatch, { phase, extras }: Packet, notes: Notes): void {
  if (phase !== 'first' || extras !== 'assumed-none') return;
  if (matchValues(OPENING_FLAGS, set, mask) === UNKNOWN) notes.assumptions.add(USUAL_FLAGS.text);
}

/** Whether what is not shown sets such a mark is of the site. */
function matchForeign({ field, in: set, mask }: NumberMatch, packet: Packet, notes: Notes): Bounds {
  const text = `${field}${mask === undefined ? '' : ` & ${mask}`} in ${set.join()}`;
  return matchUnknown(unknown(text, { code: 'mark' }), packet, notes);
}

function matchValues(values: IntervalSet, set: IntervalSet, mask: number | undefined): Bounds {
  if (mask !== undefined) return matchEachValue(values, set, mask);
  if (isWithin(values, set)) return TRUE;
  return overlaps(values, set) ? UNKNOWN : FALSE;
}

/** The port of the side that connects: the other one is open only where NAT changes it, and no class of the first decides about it. */
function isClientPort(field: NumberField, { direction }: Packet): boolean {
  switch (field) {
    case 'source-port':
      return direction === 'request';
    case 'destination-port':
      return direction === 'reply';
    case 'ct-original-source-port':
    case 'ct-reply-destination-port':
      return true;
    default:
      return false;
  }
}

/** Under a mask, where the value is one of a few. */
function matchEachValue(values: IntervalSet, set: IntervalSet, mask: number): Bounds {
  let isAny = false;
  let isAll = true;
  for (let i = 0; i < values.length; i += 2) {
    const [from, end] = [Number(values[i]), Number(values[i + 1])];
    if (end - from > FEW_VALUES) return UNKNOWN;
    for (let value = from; value < end; value++) {
      if (holds(set, (value & mask) >>> 0)) isAny = true;
      else isAll = false;
    }
  }
  return isAll ? TRUE : isAny ? UNKNOWN : FALSE;
}

const FEW_VALUES = 8;

function matchBits(value: number, known: number, set: IntervalSet, mask: number | undefined): Bounds {
  if (mask === undefined) return UNKNOWN;
  if ((mask & ~known) === 0) return holds(set, value & mask) ? TRUE : FALSE;
  const isNoneOf = set.length === 2 && set[0] === 0 && set[1] === 1;
  return isNoneOf && (value & known & mask) !== 0 ? FALSE : UNKNOWN;
}

function matchAddress({ field, family, in: set }: AddressMatch, packet: Packet): Bounds {
  if (family !== packet.family) return FALSE;
  const value = packet.addresses[field];
  if (value === 'peers') return set.length === 0 ? FALSE : exactly(set);
  if (value === null) return UNKNOWN;
  if (isWithin(value, set)) return TRUE;
  return overlaps(value, set) ? UNKNOWN : FALSE;
}

function matchInterface({ field, in: patterns }: InterfaceMatch, packet: Packet, notes: Notes): Bounds {
  const name = field === 'in-interface' ? packet.inInterface : packet.outInterface;
  if (patterns.includes('*')) return TRUE;
  if (field === 'out-interface' && packet.isWayOutOpen)
    return patterns.every((pattern) => pattern === '') ? FALSE : UNKNOWN;
  if (name !== null) return patterns.some((pattern) => nameMatches(name, pattern)) ? TRUE : FALSE;
  const open = patterns.filter((pattern) => pattern !== 'lo' && pattern !== '');
  if (notes.interfacePatterns.size < MAX_NOTES)
    for (const pattern of open) notes.interfacePatterns.add(pattern);
  return open.length === 0 ? FALSE : UNKNOWN;
}

function nameMatches(name: Exclude<InterfaceValue, null>, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
