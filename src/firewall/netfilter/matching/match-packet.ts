import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { holds, isWithin, overlaps, type IntervalSet } from '../../../net/interval-set.ts';
import {
  ARP,
  type AddressMatch,
  type AssumedMatch,
  type InterfaceMatch,
  type Match,
  type NumberField,
  type NumberMatch,
  unknown,
} from '../../model/match.ts';
import { USUAL_FLAGS } from '../../model/assumptions.ts';
import { or, and, exactly, FALSE, not, TRUE, UNKNOWN, type Bounds } from './must-may.ts';
import { OPENING_FLAGS } from '../initial-packets.ts';
import { interfaceBack, type InterfaceValue, type Packet } from '../packet.ts';
import { matchUnknown } from './match-unknown.ts';
import { MAX_NOTES, type Notes } from './notes.ts';

/** For which peers all tests hold. Stops at the first that holds for none. */
export function matchAll(matches: readonly Match[], packet: Packet, notes: Notes): Bounds {
  let bounds = TRUE;
  const before = notes.openTests.size;
  const here = notes.openHere.length;
  for (const match of matches) {
    bounds = and(bounds, matchPacket(match, packet, notes));
    if (bounds !== FALSE) continue;
    forgetAfter(notes, before, here);
    return FALSE;
  }
  if (notes.openHere.length > here && isOfOthers(bounds, notes.peers)) forgetAfter(notes, before, here);
  return bounds;
}

/** Whoever the tests may hold for is none of the peers. */
function isOfOthers({ may }: Bounds, peers: IntervalSet | null): boolean {
  return may !== 'all' && peers !== null && !overlaps(may, peers);
}

/** What another test of the rule decides anyway hangs on none of those before it, nor does what is about other peers. */
function forgetAfter({ openTests, openHere }: Notes, before: number, here: number): void {
  openHere.length = here;
  if (openTests.size === before) return;
  for (const key of [...openTests.keys()].slice(before)) openTests.delete(key);
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
