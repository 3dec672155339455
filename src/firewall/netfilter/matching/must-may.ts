import { intersect, subtract, unionOf, type IntervalSet } from '../../../net/interval-set.ts';

/** A set of peers (the sources asked about), or all of them without spelling them out. */
export type Peers = IntervalSet | 'all';

/**
 * For which peers a test holds: surely for `must`, possibly for `may`; `must` is within `may`. True is all/all, false
 * none/none, unknown none/all: Kleene's logic, lifted to sets. After Diekmann et al., "Verified iptables Firewall Analysis".
 */
export interface Extent {
  readonly must: Peers;
  readonly may: Peers;
}

const NONE: Peers = [];

export const TRUE: Extent = { must: 'all', may: 'all' };
export const FALSE: Extent = { must: NONE, may: NONE };
export const UNKNOWN: Extent = { must: NONE, may: 'all' };

/** Holds for exactly these peers. */
export function exactly(peers: IntervalSet): Extent {
  return { must: peers, may: peers };
}

export function both(a: Extent, b: Extent): Extent {
  if (a === TRUE || b === FALSE) return b;
  if (b === TRUE || a === FALSE) return a;
  const may = common(a.may, b.may);
  if (may.length === 0) return FALSE;
  const must = isExact(a) && isExact(b) ? may : common(a.must, b.must);
  return may === 'all' && must.length === 0 ? UNKNOWN : { must, may };
}

/** Of any number at once: joining a hundred thousand one by one would be quadratic. */
export function anyOf(extents: readonly Extent[]): Extent {
  if (extents.includes(TRUE)) return TRUE;
  const some = extents.filter((extent) => extent !== FALSE);
  if (some.length <= 1) return some[0] ?? FALSE;
  const may = joined(some.map((extent) => extent.may));
  return { may, must: some.every(isExact) ? may : joined(some.map((extent) => extent.must)) };
}

/** `everyone` is the whole address space of the peers. */
export function opposite(extent: Extent, everyone: IntervalSet): Extent {
  if (extent === TRUE) return FALSE;
  if (extent === FALSE) return TRUE;
  const must = complement(extent.may, everyone);
  return { must, may: isExact(extent) ? must : complement(extent.must, everyone) };
}

export function isExact({ must, may }: Extent): boolean {
  return must === may;
}

export function isNone(extent: Extent): boolean {
  return extent.may.length === 0;
}

/** Those of the set who are among the peers. */
export function among(set: IntervalSet, peers: Peers): IntervalSet {
  return peers === 'all' ? set : intersect(set, peers);
}

/** Those of the set who are not. */
export function without(set: IntervalSet, peers: Peers): IntervalSet {
  return peers === 'all' ? [] : subtract(set, peers);
}

function common(a: Peers, b: Peers): Peers {
  if (a === 'all') return b;
  return b === 'all' ? a : intersect(a, b);
}

function joined(peers: readonly Peers[]): Peers {
  return peers.includes('all') ? 'all' : unionOf(peers as readonly IntervalSet[]);
}

function complement(peers: Peers, everyone: IntervalSet): Peers {
  if (peers === 'all') return NONE;
  return peers.length === 0 ? 'all' : subtract(everyone, peers);
}
