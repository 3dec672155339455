import { EVERY_ADDRESS, toBound } from '../../net/address-set.ts';
import type { Address, Family } from '../../net/address.ts';
import { holds, type IntervalSet } from '../../net/interval-set.ts';
import { lookUp, type DeadEnd, type Lookup } from './lookup.ts';
import type { Routing } from './routing.ts';

export type { DeadEnd } from './lookup.ts';

/** Peers that the machine may send nothing to from this address, whatever its rules say; null: from one that nobody knows. */
export function withoutAnswer(routing: Routing, from: Address | null, family: Family): readonly DeadEnd[] {
  return remembered(routing, { family, each: 'to', other: from, wanted: 'on' });
}

/** Peers whose packets to this address the machine may not send on, or not take for itself. */
export function withoutArrival(routing: Routing, to: Address, wanted: Lookup['wanted']): readonly DeadEnd[] {
  return remembered(routing, { family: to.family, each: 'from', other: to, wanted });
}

/** Everybody, where the address is a dead end. */
export function ifDead(ends: readonly DeadEnd[], address: Address): readonly DeadEnd[] {
  const every: IntervalSet = EVERY_ADDRESS[address.family];
  return ends.flatMap(({ of, rule }) => (holds(of, toBound(address)) ? [{ of: every, rule }] : []));
}

/** Looked up once for all packets and flows: answers once for each address they are from, if a rule looks at it. */
function remembered(routing: Routing, asked: Lookup): readonly DeadEnd[] {
  const { each, other, family, wanted } = asked;
  const countsOther = each === 'from' || routing.rules.some(({ from }) => from !== null);
  const key = [family, each, wanted, countsOther ? (other?.value.toString() ?? '?') : ''].join();
  const own = known.get(routing) ?? new Map<string, readonly DeadEnd[]>();
  known.set(routing, own);
  const found = own.get(key) ?? lookUp(routing, asked);
  own.set(key, found);
  return found;
}

const known = new WeakMap<Routing, Map<string, readonly DeadEnd[]>>();
