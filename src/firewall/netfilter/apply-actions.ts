import { isSame, overlaps, type IntervalSet } from '../../net/interval-set.ts';
import { MAX_PORT } from '../../net/port-range.ts';
import { ADDRESS_TYPE, CT_STATE, CT_STATUS } from '../model/match.ts';
import type { AssignEffect, MapCase, DnatEffect, Effect } from '../model/action.ts';
import { ANY_UNICAST, LOCALHOST } from '../../net/special-addresses.ts';
import {
  numberValue,
  withNumber,
  withoutConnection,
  type AddressValue,
  type NumberValue,
  type Packet,
} from './packet.ts';
import { intersectSources, subtractSources } from './matching/must-may.ts';
import { chooseCases } from './matching/map-cases.ts';
import { matchAll } from './matching/match-packet.ts';
import type { Notes } from './matching/notes.ts';

/** Peers on their way through the effects of one rule. */
interface Group {
  readonly packet: Packet;
  readonly peers: IntervalSet;
}

/** Where packets go when an effect ends the rule for them. */
export interface Outcomes {
  readonly accept: (packet: Packet, peers: IntervalSet) => void;
  readonly drop: (peers: IntervalSet) => void;
  /** Back to the calling chain. */
  readonly return: (packet: Packet, peers: IntervalSet) => void;
  /** On to the next rule. */
  readonly next: (packet: Packet, peers: IntervalSet) => void;
  readonly call: (chain: string, packet: Packet, peers: IntervalSet, endsCaller: boolean) => void;
}

const NOBODY: readonly Group[] = [];

/** Applies the effects of a rule in order and returns who is left after the last. */
export function applyActions(
  effects: readonly Effect[],
  group: Group,
  outcomes: Outcomes,
  notes: Notes,
): readonly Group[] {
  const [only] = effects;
  // Nearly every rule of a long chain does one thing; the general way would cost it three arrays.
  if (effects.length === 1 && only !== undefined) return applyAction(only, group, outcomes, notes);
  let groups: readonly Group[] = [group];
  for (const effect of effects) {
    if (effect.kind !== 'continue')
      groups = groups.flatMap((each) => applyAction(effect, each, outcomes, notes));
  }
  return groups;
}

function applyAction(effect: Effect, group: Group, outcomes: Outcomes, notes: Notes): readonly Group[] {
  const { packet, peers } = group;
  switch (effect.kind) {
    case 'accept':
      outcomes.accept(packet, peers);
      return NOBODY;
    case 'drop':
    case 'reject':
      outcomes.drop(peers);
      return NOBODY;
    case 'return':
      outcomes.return(packet, peers);
      return [];
    case 'jump':
    case 'goto':
      outcomes.call(effect.chain, packet, peers, effect.kind === 'goto');
      return [];
    case 'queue':
      // The program may set the mark with its verdict.
      outcomes.accept(withNumber(packet, 'mark', null), peers);
      outcomes.drop(peers);
      return [];
    case 'unknown':
      if (effect.isVerdict === true) {
        outcomes.accept(packet, peers);
        outcomes.drop(peers);
        return NOBODY;
      }
      for (const changed of havocked(packet)) outcomes.accept(changed, peers);
      outcomes.drop(peers);
      return [{ packet: withoutMarks(packet), peers }];
    case 'continue':
      return [group];
    case 'assign':
      return [{ packet: withNumber(packet, effect.field, markValue(effect, packet)), peers }];
    case 'untrack':
      return notrack(packet).map((each) => ({ packet: each, peers }));
    case 'dnat':
      if (effect.family !== null && effect.family !== packet.family) return [group];
      outcomes.accept(dnat(packet, effect), peers);
      return [];
    case 'redirect': {
      const moved = dnat(packet, {
        kind: 'dnat',
        family: null,
        // A packet on its way out of a process has come by no interface, whose address it could get.
        to: packet.inInterface === '' ? LOCALHOST[packet.family] : ANY_UNICAST[packet.family],
        ports: effect.ports,
      });
      const here = withNumber(moved, 'destination-type', ADDRESS_TYPE.local);
      outcomes.accept({ ...here, dnat: 'to-this-machine' }, peers);
      return [];
    }
    case 'snat':
      if (effect.family !== null && effect.family !== packet.family) return [group];
      outcomes.accept(snat(packet, effect.to), peers);
      return [];
    case 'only-if': {
      const bounds = matchAll(effect.matches, packet, notes);
      const staying = intersectSources(peers, bounds.may);
      outcomes.next(packet, subtractSources(peers, bounds.must));
      return staying.length === 0 ? [] : [{ packet, peers: staying }];
    }
    case 'choose':
      return lookUpMap(effect.cases, group, outcomes, notes);
  }
}

function lookUpMap(
  cases: readonly MapCase[],
  { packet, peers }: Group,
  outcomes: Outcomes,
  notes: Notes,
): readonly Group[] {
  const { cases: chosen, rest } = chooseCases(cases, packet, peers, notes);
  const left = chosen.flatMap((one) =>
    applyActions(one.effects, { packet, peers: one.peers }, outcomes, notes),
  );
  outcomes.next(packet, rest);
  return left;
}

/** Without a connection there is no mark to set on it, and what tests read then differs from tool to tool. */
function markValue({ field, value, isForeign }: AssignEffect, { numbers }: Packet): NumberValue {
  if (isForeign === true) return { kind: 'foreign' };
  if (value === null || (field === 'ct-mark' && numbers['ct-direction'] === null)) return null;
  if (value.and === 0) return value.xor;
  const old = numbers[value.from];
  return typeof old === 'number' ? ((old & value.and) ^ value.xor) >>> 0 : null;
}

/** What destination NAT makes of the packet. The status bit is sure only where something surely changed. */
function dnat(packet: Packet, { to, ports }: DnatEffect): Packet {
  const { numbers, addresses } = packet;
  const destination = to ?? addresses.destination;
  const port = ports === null ? numbers['destination-port'] : numberValue(ports);
  return {
    ...packet,
    numbers: {
      ...numbers,
      'destination-port': port,
      'destination-type': to === null ? numbers['destination-type'] : null,
      'ct-reply-source-port': port,
      'ct-status': withBit(
        numbers['ct-status'],
        CT_STATUS.dnat,
        either(changes(addresses.destination, to), changes(numbers['destination-port'], ports)),
      ),
    },
    addresses: { ...addresses, destination, 'ct-reply-source': destination },
    dnat: to === null ? packet.dnat : 'to-address',
    isDestinationTranslated: true,
  };
}

/** What source NAT makes of the packet: where the port is taken, it gets another. */
function snat(packet: Packet, to: IntervalSet | null): Packet {
  const { numbers, addresses } = packet;
  return {
    ...packet,
    numbers: {
      ...numbers,
      'source-port': null,
      'source-type': null,
      'ct-reply-destination-port': null,
      'ct-status': withBit(numbers['ct-status'], CT_STATUS.snat, null),
    },
    addresses: { ...addresses, source: to, 'ct-reply-destination': to },
    isSourceTranslated: true,
  };
}

/**
 * What a statement that nobody can read may have made of a packet it lets through: it may have set marks, and beside that
 * have taken it from conntrack or translated either end.
 */
function havocked(packet: Packet): readonly Packet[] {
  const marked = withoutMarks(packet);
  const moved = dnat(marked, { kind: 'dnat', family: null, to: null, ports: [0, MAX_PORT + 1] });
  return [
    marked,
    untracked(marked),
    snat(marked, null),
    {
      ...withNumber(moved, 'destination-type', null),
      addresses: { ...moved.addresses, destination: null, 'ct-reply-source': null },
      dnat: 'to-address',
    },
  ];
}

function withoutMarks(packet: Packet): Packet {
  return withNumber(withNumber(packet, 'mark', null), 'ct-mark', null);
}

/** Only what conntrack has not seen yet, or makes nothing of, can be kept from it. */
function notrack(packet: Packet): readonly Packet[] {
  const state = packet.numbers['ct-state'];
  if (typeof state !== 'number') return [packet, untracked(packet)];
  return [state === CT_STATE.invalid ? untracked(packet) : packet];
}

function untracked(packet: Packet): Packet {
  return { ...withoutConnection(packet, CT_STATE.untracked), isUntracked: true };
}

/** Whether what replaces a value is another one; null where that depends. */
function changes(before: NumberValue | AddressValue, to: IntervalSet | null): boolean | null {
  if (to === null) return false;
  const old = typeof before === 'number' ? [before, before + 1] : Array.isArray(before) ? before : null;
  if (old === null) return null;
  if (!overlaps(old, to)) return true;
  return isSame(old, to) && isOneValue(old) ? false : null;
}

function isOneValue([from = 0, to = 0, ...more]: IntervalSet): boolean {
  return more.length === 0 && BigInt(to) - BigInt(from) === 1n;
}

function either(a: boolean | null, b: boolean | null): boolean | null {
  return a === true || b === true ? true : a === null || b === null ? null : false;
}

/** With the bit set or not, or not known any more (null). */
function withBit(status: NumberValue, bit: number, isSet: boolean | null): NumberValue {
  if (typeof status !== 'object' || status?.kind !== 'bits') return null;
  const { known, value } = status;
  if (isSet === null) return { ...status, known: known & ~bit };
  return { ...status, known: known | bit, value: isSet ? value | bit : value & ~bit };
}
