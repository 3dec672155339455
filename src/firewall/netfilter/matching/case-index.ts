import type { Family } from '../../../net/address.ts';
import { compareBounds, type Bound, type IntervalSet } from '../../../net/interval-set.ts';
import type { MapCase } from '../../model/action.ts';
import type { Match } from '../../model/match.ts';
import type { Packet } from '../packet.ts';

/** So few cases are looked at one by one. */
const FEW_CASES = 64;

/** So many intervals of peers are looked up one by one. */
const FEW_BOUNDS = 16;

/** The cases that may be those of these peers, in the order of the map: of sixty thousand by source, one source has one. */
export function casesNear(cases: readonly MapCase[], packet: Packet, peers: IntervalSet): readonly MapCase[] {
  if (cases.length <= FEW_CASES || peers.length > FEW_BOUNDS || packet.addresses.source !== 'peers')
    return cases;
  const { ranges, ends, rest } = indexOf(cases, packet.family);
  const found = new Set(rest);
  for (let i = 0; i < peers.length; i += 2) {
    const [from = 0, to = 0] = peers.slice(i, i + 2);
    // No range before that reaches up to here.
    for (let at = firstAbove(ends, from); at < ranges.length; at++) {
      const range = ranges[at];
      if (range === undefined || range.from >= to) break;
      if (range.to > from) found.add(range.nth);
    }
  }
  return [...found].sort((a, b) => a - b).flatMap((nth) => cases[nth] ?? []);
}

/** Cases by the source addresses they test. */
interface CaseIndex {
  /** By their beginning. */
  readonly ranges: readonly { readonly from: Bound; readonly to: Bound; readonly nth: number }[];
  /** Of each the furthest end of any up to it. */
  readonly ends: readonly Bound[];
  /** The cases that test no source. */
  readonly rest: readonly number[];
}

const indexes: Readonly<Record<Family, WeakMap<readonly MapCase[], CaseIndex>>> = {
  4: new WeakMap(),
  6: new WeakMap(),
};

function indexOf(cases: readonly MapCase[], family: Family): CaseIndex {
  const index = indexes[family].get(cases) ?? newIndex(cases, family);
  indexes[family].set(cases, index);
  return index;
}

function newIndex(cases: readonly MapCase[], family: Family): CaseIndex {
  const rest: number[] = [];
  const ranges = cases.flatMap(({ match }, nth) => {
    const set = sourcesOf(match, family);
    const [from, to] = [set?.[0], set?.at(-1)];
    if (from !== undefined && to !== undefined) return [{ from, to, nth }];
    rest.push(nth);
    return [];
  });
  ranges.sort((a, b) => compareBounds(a.from, b.from));
  const ends: Bound[] = [];
  for (const { to } of ranges) {
    const before = ends.at(-1);
    ends.push(before !== undefined && before > to ? before : to);
  }
  return { ranges, ends, rest };
}

/** The sources outside of which the test surely does not hold; null for any. */
function sourcesOf(match: Match, family: Family): IntervalSet | null {
  switch (match.kind) {
    case 'address':
      return match.field === 'source' && match.family === family ? match.in : null;
    case 'all':
      return match.of.map((part) => sourcesOf(part, family)).find((set) => set !== null) ?? null;
    default:
      return null;
  }
}

/** The first of the ascending bounds that is above the value. */
function firstAbove(bounds: readonly Bound[], value: Bound): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
