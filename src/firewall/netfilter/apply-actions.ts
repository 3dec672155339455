import { isSame, isWithin, overlaps, type IntervalSet } from '../../net/interval-set.ts';
import { MAX_PORT } from '../../net/port-range.ts';
import { ADDRESS_TYPE, CT_STATE, CT_STATUS } from '../model/match.ts';
import type { AssignEffect, Case, DnatEffect, Effect } from '../model/action.ts';
import { ANY_UNICAST, LOCALHOST } from './machine/address-space.ts';
import {
  numberValue,
  withNumber,
  withoutConnection,
  type AddressValue,
  type NumberValue,
  type Packet,
} from './packet.ts';
import { among, without } from './matching/must-may.ts';
import { test, testAll, type Notes } from './matching/match-packet.ts';

/** Peers on their way through the effects of one rule. */
interface Walker {
  readonly packet: Packet;
  readonly peers: IntervalSet;
}

/** Where packets go when an effect ends the rule for them. */
export interface Exits {
  readonly accept: (packet: Packet, peers: IntervalSet) => void;
  readonly drop: (peers: IntervalSet) => void;
  /** Back to the calling chain. */
  readonly leave: (packet: Packet, peers: IntervalSet) => void;
  /** On to the next rule. */
  readonly endRule: (packet: Packet, peers: IntervalSet) => void;
  readonly call: (chain: string, packet: Packet, peers: IntervalSet, endsCaller: boolean) => void;
}

const NOBODY: readonly Walker[] = [];

/** Applies the effects of a rule in order and returns who is left after the last. */
export function applyEffects(
  effects: readonly Effect[],
  walker: Walker,
  exits: Exits,
  notes: Notes,
): readonly Walker[] {
  const [only] = effects;
  // Nearly every rule of a long chain does one thing; the general way would cost it three arrays.
  if (effects.length === 1 && only !== undefined) return applyEffect(only, walker, exits, notes);
  let walkers: readonly Walker[] = [walker];
  for (const effect of effects) {
    if (effect.kind !== 'continue')
      walkers = walkers.flatMap((each) => applyEffect(effect, each, exits, notes));
  }
  return walkers;
}

function applyEffect(effect: Effect, walker: Walker, exits: Exits, notes: Notes): readonly Walker[] {
  const { packet, peers } = walker;
  switch (effect.kind) {
    case 'accept':
      exits.accept(packet, peers);
      return NOBODY;
    case 'drop':
    case 'reject':
      exits.drop(peers);
      return NOBODY;
    case 'return':
      exits.leave(packet, peers);
      return [];
    case 'jump':
    case 'goto':
      exits.call(effect.chain, packet, peers, effect.kind === 'goto');
      return [];
    case 'queue':
      // The program may set the mark with its verdict.
      exits.accept(withNumber(packet, 'mark', null), peers);
      exits.drop(peers);
      return [];
    case 'unknown':
      for (const changed of changedSomehow(packet)) exits.accept(changed, peers);
      exits.drop(peers);
      return [{ packet: withoutMarks(packet), peers }];
    case 'continue':
      return [walker];
    case 'assign':
      return [{ packet: withNumber(packet, effect.field, assigned(effect, packet)), peers }];
    case 'untrack':
      return withheld(packet).map((each) => ({ packet: each, peers }));
    case 'dnat':
      if (effect.family !== null && effect.family !== packet.family) return [walker];
      noteOtherPort(effect.ports, packet, notes);
      exits.accept(translated(packet, effect), peers);
      return [];
    case 'redirect': {
      noteOtherPort(effect.ports, packet, notes);
      const moved = translated(packet, {
        kind: 'dnat',
        family: null,
        // A packet on its way out of a process has come by no interface, whose address it could get.
        to: packet.inInterface === '' ? LOCALHOST[packet.family] : ANY_UNICAST[packet.family],
        ports: effect.ports,
      });
      const here = withNumber(moved, 'destination-type', ADDRESS_TYPE.local);
      exits.accept({ ...here, moved: 'to-this-machine' }, peers);
      return [];
    }
    case 'snat':
      if (effect.family !== null && effect.family !== packet.family) return [walker];
      exits.accept(sourceTranslated(packet, effect.to), peers);
      return [];
    case 'only-if': {
      const extent = testAll(effect.matches, packet, notes);
      const staying = among(peers, extent.may);
      exits.endRule(packet, without(peers, extent.must));
      return staying.length === 0 ? [] : [{ packet, peers: staying }];
    }
    case 'choose':
      return choose(effect.cases, walker, exits, notes);
  }
}

function choose(
  cases: readonly Case[],
  { packet, peers }: Walker,
  exits: Exits,
  notes: Notes,
): readonly Walker[] {
  let rest = peers;
  const left: Walker[] = [];
  for (const { match, effects } of cases) {
    const extent = test(match, packet, notes);
    const chosen = among(rest, extent.may);
    if (chosen.length === 0) continue;
    rest = without(rest, extent.must);
    left.push(...applyEffects(effects, { packet, peers: chosen }, exits, notes));
  }
  exits.endRule(packet, rest);
  return left;
}

/** Without a connection there is no mark to set on it, and what tests read then differs from tool to tool. */
function assigned({ field, value }: AssignEffect, { numbers }: Packet): NumberValue {
  if (value === null || (field === 'ct-mark' && numbers['ct-direction'] === null)) return null;
  if (value.and === 0) return value.xor;
  const old = numbers[value.from];
  return typeof old === 'number' ? ((old & value.and) ^ value.xor) >>> 0 : null;
}

/** Whether anybody listens where it goes instead, the rules do not say. */
function noteOtherPort(ports: IntervalSet | null, { direction, numbers }: Packet, notes: Notes): void {
  const port = numbers['destination-port'];
  if (ports === null || direction !== 'request' || typeof port !== 'number') return;
  if (!isWithin(ports, [port, port + 1])) notes.assumptions.add(OTHER_PORT);
}

const OTHER_PORT = 'traffic that NAT redirects to another port counts as allowed';

/** What destination NAT makes of the packet. The status bit is sure only where something surely changed. */
function translated(packet: Packet, { to, ports }: DnatEffect): Packet {
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
    moved: to === null ? packet.moved : 'to-address',
    isDestinationTranslated: true,
  };
}

/** What source NAT makes of the packet: where the port is taken, it gets another. */
function sourceTranslated(packet: Packet, to: IntervalSet | null): Packet {
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
function changedSomehow(packet: Packet): readonly Packet[] {
  const marked = withoutMarks(packet);
  const moved = translated(marked, { kind: 'dnat', family: null, to: null, ports: [0, MAX_PORT + 1] });
  return [
    marked,
    untracked(marked),
    sourceTranslated(marked, null),
    {
      ...withNumber(moved, 'destination-type', null),
      addresses: { ...moved.addresses, destination: null, 'ct-reply-source': null },
      moved: 'to-address',
    },
  ];
}

function withoutMarks(packet: Packet): Packet {
  return withNumber(withNumber(packet, 'mark', null), 'ct-mark', null);
}

/** Only what conntrack has not seen yet, or makes nothing of, can be kept from it. */
function withheld(packet: Packet): readonly Packet[] {
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
