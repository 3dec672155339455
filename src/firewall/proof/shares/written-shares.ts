import {
  holds,
  intersect,
  subtract,
  unionOf,
  type Bound,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import { setSize } from '../../../net/set-size.ts';
import { joinedOrder, type JoinedOrder } from '../../netfilter/trace/joined-order.ts';
import type { JoinedRules, Rule } from '../../model/ruleset.ts';
import type { Packet } from '../../netfilter/packet.ts';

/** Rules that were made one, by their numbers; together they are about a packet of these peers. */
export interface JoinedMet {
  readonly rule: Rule;
  readonly joined: JoinedRules;
  readonly packet: Packet;
  readonly peers: IntervalSet;
}

/** Tells how many of the peers meet which of the rules first. Nothing is kept of each: there may be a hundred thousand. */
export function countWritten(met: JoinedMet, add: (nth: number, size: number) => void): void {
  const { joined, peers } = met;
  const alone = onlyMet(met);
  if (alone !== null) {
    add(alone, Number(setSize(peers)));
    return;
  }
  const order = joinedOrder(joined);
  let at = 0;
  let next: number;
  for (let place = 0; place < order.nth.length; place = next) {
    next = groupEnd(order, place);
    if (next - place > 1 || !joined.areIntervals) {
      eachFirst(rowsBetween(order, place, next), joined, peers, (row, those) => {
        add(row, Number(setSize(those)));
      });
      continue;
    }
    const [low = 0, high = 0] = [order.begins[place], order.ends[place]];
    while (at < peers.length && (peers[at + 1] ?? 0) <= low) at += 2;
    let size = 0;
    for (let i = at; i < peers.length && (peers[i] ?? 0) < high; i += 2)
      size += distance(larger(peers[i] ?? 0, low), smaller(peers[i + 1] ?? 0, high));
    if (size > 0) add(order.nth[place] ?? 0, size);
  }
}

/** Those of the peers who meet one of the rules first. */
export function writtenPeers(met: JoinedMet, nth: number): IntervalSet {
  const { joined, peers } = met;
  const alone = onlyMet(met);
  if (alone !== null) return alone === nth ? peers : [];
  const order = joinedOrder(joined);
  let place = order.nth.indexOf(nth);
  while (!beginsGroup(order, place)) place--;
  let found: IntervalSet = [];
  eachFirst(rowsBetween(order, place, groupEnd(order, place)), joined, peers, (row, those) => {
    if (row === nth) found = those;
  });
  return found;
}

/** Whether the rule at this place of the order has no address in common with those before it. */
function beginsGroup({ begins, furthest }: JoinedOrder, place: number): boolean {
  return place === 0 || (begins[place] ?? 0) >= (furthest[place - 1] ?? 0);
}

/** Up to which place of the order rules may have addresses in common with the one at this place. */
function groupEnd(order: JoinedOrder, place: number): number {
  let end = place + 1;
  while (end < order.nth.length && !beginsGroup(order, end)) end++;
  return end;
}

/** The rules between two places of the order, as the file has them. */
function rowsBetween({ nth }: JoinedOrder, from: number, to: number): readonly number[] {
  return [...nth.slice(from, to).sort()];
}

/** Where what tells the rules apart is no address of the peers, the one that all of them meet. */
function onlyMet({ rule: { matches }, joined, packet: { addresses } }: JoinedMet): number | null {
  const match = matches[joined.at];
  const value = match?.kind === 'address' ? addresses[match.field] : null;
  if (value === 'peers') return null;
  const first = value?.[0];
  if (first === undefined) return 0;
  for (let nth = 0; 2 * nth < joined.bounds.length; nth++) if (holds(setOf(joined, nth), first)) return nth;
  return 0;
}

function setOf(joined: JoinedRules, nth: number): IntervalSet {
  const own = joined.written(nth).matches[joined.at];
  return own?.kind === 'address' ? own.in : [];
}

/** Halved again and again, since many cut out one after another would be quadratic. */
function eachFirst(
  rows: readonly number[],
  joined: JoinedRules,
  peers: IntervalSet,
  add: (nth: number, those: IntervalSet) => void,
): void {
  if (peers.length === 0) return;
  const [only = 0] = rows;
  if (rows.length === 1) {
    const those = intersect(setOf(joined, only), peers);
    if (those.length > 0) add(only, those);
    return;
  }
  const early = rows.slice(0, rows.length >> 1);
  eachFirst(early, joined, peers, add);
  const taken = unionOf(early.map((nth) => setOf(joined, nth)));
  eachFirst(rows.slice(early.length), joined, subtract(peers, taken), add);
}

function larger(a: Bound, b: Bound): Bound {
  return a > b ? a : b;
}

function smaller(a: Bound, b: Bound): Bound {
  return a < b ? a : b;
}

function distance(from: Bound, to: Bound): number {
  return typeof from === 'number' && typeof to === 'number' ? to - from : Number(BigInt(to) - BigInt(from));
}
