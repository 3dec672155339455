import {
  compareBounds,
  holds,
  intersect,
  subtract,
  unionOf,
  type Bound,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import { setSize } from '../../../net/set-size.ts';
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
  const { order, starts } = overlapping(joined);
  let at = 0;
  for (let group = 0; group < starts.length; group++) {
    const [from = 0, end = order.length] = [starts[group], starts[group + 1]];
    const nth = order[from] ?? 0;
    const set = setOf(joined, nth);
    if (end - from > 1 || set.length > 2) {
      const rows = order.slice(from, end).sort();
      eachFirst([...rows], joined, peers, (row, those) => {
        add(row, Number(setSize(those)));
      });
      continue;
    }
    const [low = 0, high = 0] = set;
    while (at < peers.length && (peers[at + 1] ?? 0) <= low) at += 2;
    let size = 0;
    for (let i = at; i < peers.length && (peers[i] ?? 0) < high; i += 2)
      size += distance(larger(peers[i] ?? 0, low), smaller(peers[i + 1] ?? 0, high));
    if (size > 0) add(nth, size);
  }
}

/** Those of the peers who meet one of the rules first. */
export function writtenPeers(met: JoinedMet, nth: number): IntervalSet {
  const { joined, peers } = met;
  const alone = onlyMet(met);
  if (alone !== null) return alone === nth ? peers : [];
  const { order, starts } = overlapping(joined);
  const place = order.indexOf(nth);
  const group = starts.findLastIndex((start) => start <= place);
  const rows = order.slice(starts[group], starts[group + 1]).sort();
  let found: IntervalSet = [];
  eachFirst([...rows], joined, peers, (row, those) => {
    if (row === nth) found = those;
  });
  return found;
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

interface Overlapping {
  /** The rules by where their addresses begin. */
  readonly order: Uint32Array;
  /** Where in that order those begin that have no address in common with the ones before. */
  readonly starts: readonly number[];
}

const known = new WeakMap<JoinedRules, Overlapping>();

function overlapping(joined: JoinedRules): Overlapping {
  const found = known.get(joined) ?? findOverlapping(joined);
  known.set(joined, found);
  return found;
}

function findOverlapping({ bounds }: JoinedRules): Overlapping {
  const order = Uint32Array.from({ length: bounds.length / 2 }, (_, nth) => nth);
  order.sort((a, b) => compareBounds(bounds[2 * a] ?? 0, bounds[2 * b] ?? 0));
  const starts: number[] = [];
  let furthest: Bound | null = null;
  for (const [place, nth] of order.entries()) {
    const [from = 0, to = 0] = [bounds[2 * nth], bounds[2 * nth + 1]];
    if (furthest === null || from >= furthest) starts.push(place);
    if (furthest === null || to > furthest) furthest = to;
  }
  return { order, starts };
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
