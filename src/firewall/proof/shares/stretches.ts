import {
  compareBounds,
  intersect,
  intervalSet,
  type Bound,
  type IntervalSet,
} from '../../../net/interval-set.ts';

/** Peers who are in the same sets. */
interface Stretch {
  readonly peers: IntervalSet;
  /** The numbers of these sets, ascending. */
  readonly of: readonly number[];
}

interface Edge {
  readonly at: Bound;
  readonly set: number;
}

/**
 * The peers by which of the sets they are in, without those in none. One sweep over all bounds: cut by one set after another, peers of
 * thousands of sets would take quadratic time. Null where they are in too many sets at once.
 */
export function stretches(peers: IntervalSet, sets: readonly IntervalSet[]): readonly Stretch[] | null {
  const edges = sets.flatMap((set, nth) => set.map((at): Edge => ({ at, set: nth })));
  edges.sort((a, b) => compareBounds(a.at, b.at));
  const found = new Map<string, { readonly bounds: Bound[]; readonly of: readonly number[] }>();
  const open = new Set<number>();
  let left = MAX_NAMED;
  let from: Bound = 0;
  for (const { at, set } of edges) {
    if (open.size > 0 && at > from) {
      if ((left -= open.size) < 0) return null;
      const of = [...open].sort((a, b) => a - b);
      const key = of.join();
      const stretch = found.get(key) ?? { bounds: [], of };
      found.set(key, stretch);
      stretch.bounds.push(from, at);
    }
    from = at;
    if (!open.delete(set)) open.add(set);
  }
  return Array.from(found.values(), ({ bounds, of }) => ({
    peers: intersect(intervalSet(bounds), peers),
    of,
  })).filter((stretch) => stretch.peers.length > 0);
}

/** So often a set is named for a stretch. */
const MAX_NAMED = 1_000_000;
