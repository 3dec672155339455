import { intersect, subtract, unionOf, type IntervalSet } from '../../../net/interval-set.ts';

/** A set of peers (the sources asked about), or all of them without spelling them out. */
export type Sources = IntervalSet | 'all';

/**
 * For which peers a test holds: surely for `must`, possibly for `may`; `must` is within `may`. True is all/all, false
 * none/none, unknown none/all: Kleene's logic, lifted to sets. After Diekmann et al., "Verified iptables Firewall Analysis".
 */
export interface Bounds {
  readonly must: Sources;
  readonly may: Sources;
}

const NONE: Sources = [];

export const TRUE: Bounds = { must: 'all', may: 'all' };
export const FALSE: Bounds = { must: NONE, may: NONE };
export const UNKNOWN: Bounds = { must: NONE, may: 'all' };

/** Holds for exactly these peers. */
export function exactly(peers: IntervalSet): Bounds {
  return { must: peers, may: peers };
}

export function and(a: Bounds, b: Bounds): Bounds {
  if (a === TRUE || b === FALSE) return b;
  if (b === TRUE || a === FALSE) return a;
  const may = common(a.may, b.may);
  if (may.length === 0) return FALSE;
  const must = isExact(a) && isExact(b) ? may : common(a.must, b.must);
  return may === 'all' && must.length === 0 ? UNKNOWN : { must, may };
}

/** Of any number at once: joining a hundred thousand one by one would be quadratic. */
export function or(bounds: readonly Bounds[]): Bounds {
  if (bounds.includes(TRUE)) return TRUE;
  const some = bounds.filter((each) => each !== FALSE);
  if (some.length <= 1) return some[0] ?? FALSE;
  const may = joined(some.map((each) => each.may));
  return { may, must: some.every(isExact) ? may : joined(some.map((each) => each.must)) };
}

/** `everyone` is the whole address space of the peers. */
export function not(bounds: Bounds, everyone: IntervalSet): Bounds {
  if (bounds === TRUE) return FALSE;
  if (bounds === FALSE) return TRUE;
  const must = complement(bounds.may, everyone);
  return { must, may: isExact(bounds) ? must : complement(bounds.must, everyone) };
}

export function isExact({ must, may }: Bounds): boolean {
  return must === may;
}

export function isNone(bounds: Bounds): boolean {
  return bounds.may.length === 0;
}

/** Those of the set who are among the peers. */
export function intersectSources(set: IntervalSet, peers: Sources): IntervalSet {
  return peers === 'all' ? set : intersect(set, peers);
}

/** Those of the set who are not. */
export function subtractSources(set: IntervalSet, peers: Sources): IntervalSet {
  return peers === 'all' ? [] : subtract(set, peers);
}

function common(a: Sources, b: Sources): Sources {
  if (a === 'all') return b;
  return b === 'all' ? a : intersect(a, b);
}

function joined(peers: readonly Sources[]): Sources {
  return peers.includes('all') ? 'all' : unionOf(peers as readonly IntervalSet[]);
}

function complement(peers: Sources, everyone: IntervalSet): Sources {
  if (peers === 'all') return NONE;
  return peers.length === 0 ? 'all' : subtract(everyone, peers);
}
