/**
 * A bound of an interval. Numbers serve ports, marks and IPv4 (fast), bigints serve IPv6. One set holds one kind only.
 * Intervals are half open, so sets are compared and cut by `<` alone and both kinds share every function here.
 */
export type Bound = number | bigint;

/** Sorted, disjoint, non-touching half-open intervals, flat: `[from, to, from, to, …]`. `[]` is empty. */
export type IntervalSet = readonly Bound[];

export const EMPTY: IntervalSet = [];

/** Joins intervals given in any order, overlapping or not, as flat pairs; empty ones are dropped. */
export function intervalSet(pairs: readonly Bound[]): IntervalSet {
  if (pairs.length <= 2) return pairs.length === 2 && at(pairs, 0) < at(pairs, 1) ? pairs : EMPTY;
  if (isNormal(pairs)) return pairs;
  const [starts, ends] = typeof pairs[0] === 'number' ? sortedNumbers(pairs) : sortedBigints(pairs);
  const joined = boundsLike(pairs);
  let opened = 0;
  for (let closed = 0; closed < ends.length; closed++) {
    // Every interval that starts up to this end is open before it: a gap begins where as many have closed as opened.
    const before = opened;
    while (opened < starts.length && at(starts, opened) <= at(ends, closed)) opened++;
    if (before === closed) joined.push(at(starts, before));
    if (opened === closed + 1) joined.push(at(ends, closed));
  }
  return joined;
}

/** Whether the value is in the set. */
export function holds(set: IntervalSet, value: Bound): boolean {
  return (boundsUpTo(set, value) & 1) === 1;
}

/** In both. */
export function intersect(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out = boundsLike(a);
  let [i, j] = skipAhead(a, b);
  while (i < a.length && j < b.length) {
    const from = larger(a[i] ?? 0, b[j] ?? 0);
    const [aTo, bTo] = [a[i + 1] ?? 0, b[j + 1] ?? 0];
    const to = aTo < bTo ? aTo : bTo;
    if (from < to) out.push(from, to);
    if (aTo < bTo) i += 2;
    else j += 2;
  }
  return out;
}

/** In the first but not in the second. */
export function subtract(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out = boundsLike(a);
  let j = skipAhead(a, b)[1];
  for (let i = 0; i < a.length; i += 2) {
    let from = a[i] ?? 0;
    const to = a[i + 1] ?? 0;
    while (j < b.length && (b[j + 1] ?? 0) <= from) j += 2;
    let k = j;
    for (; k < b.length && (b[k] ?? 0) < to; k += 2) {
      if (from < (b[k] ?? 0)) out.push(from, b[k] ?? 0);
      from = b[k + 1] ?? 0;
    }
    if (from < to) out.push(from, to);
  }
  return out;
}

/** In either of any number of sets. */
export function union(...sets: readonly IntervalSet[]): IntervalSet {
  return unionOf(sets);
}

/** {@link union} of a list: a call takes only so many arguments. */
export function unionOf(sets: readonly IntervalSet[]): IntervalSet {
  const filled = sets.filter((set) => set.length > 0);
  if (filled.length > FEW_SETS) return intervalSet(filled.flat());
  return filled.reduce(merge, EMPTY);
}

/** Up to here merging one by one beats sorting all together. */
const FEW_SETS = 4;

function merge(a: IntervalSet, b: IntervalSet): IntervalSet {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  const out = boundsLike(a);
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const isFirst = j >= b.length || (i < a.length && (a[i] ?? 0) <= (b[j] ?? 0));
    const from = isFirst ? (a[i] ?? 0) : (b[j] ?? 0);
    const to = isFirst ? (a[i + 1] ?? 0) : (b[j + 1] ?? 0);
    if (isFirst) i += 2;
    else j += 2;
    const last = out.length - 1;
    if (last < 0 || (out[last] ?? 0) < from) out.push(from, to);
    else if ((out[last] ?? 0) < to) out[last] = to;
  }
  return out;
}

/** Everything of the first is in the second. */
export function isWithin(a: IntervalSet, b: IntervalSet): boolean {
  for (let i = 0; i < a.length; i += 2) {
    const position = boundsUpTo(b, at(a, i));
    if ((position & 1) === 0 || at(b, position) < at(a, i + 1)) return false;
  }
  return true;
}

/** They share something. */
export function overlaps(a: IntervalSet, b: IntervalSet): boolean {
  let [i, j] = skipAhead(a, b);
  while (i < a.length && j < b.length) {
    if (at(a, i + 1) <= at(b, j)) i += 2;
    else if (at(b, j + 1) <= at(a, i)) j += 2;
    else return true;
  }
  return false;
}

export function isSame(a: IntervalSet, b: IntervalSet): boolean {
  return a === b || (a.length === b.length && a.every((bound, index) => bound === b[index]));
}

/** How many bounds of the set are at or below the value: odd means the value is inside. */
export function boundsUpTo(set: readonly Bound[], value: Bound): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * An empty list for bounds of the set's kind. The engine remembers for every `[]` in a program what was put in there: where
 * bigints have been, numbers are boxed ever after, one object each. So each kind has a `[]` of its own.
 */
export function boundsLike(set: ArrayLike<Bound>): Bound[] {
  if (typeof set[0] === 'bigint') return [];
  return [];
}

/** The first intervals of each that can matter to the other, so that a small set meets a huge one in logarithmic time. */
function skipAhead(a: IntervalSet, b: IntervalSet): [number, number] {
  if (a.length === 0 || b.length === 0) return [a.length, b.length];
  return [boundsUpTo(a, at(b, 0)) & ~1, boundsUpTo(b, at(a, 0)) & ~1];
}

function isNormal(pairs: readonly Bound[]): boolean {
  for (let i = 1; i < pairs.length; i++) if (!((pairs[i - 1] ?? 0) < (pairs[i] ?? 0))) return false;
  return true;
}

/** Where intervals start and where they end, each sorted by itself: who ends where does not matter for the union. */
function sortedNumbers(pairs: readonly Bound[]): readonly [ArrayLike<Bound>, ArrayLike<Bound>] {
  const starts = new Float64Array(pairs.length / 2);
  const ends = new Float64Array(pairs.length / 2);
  let count = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    if (!(at(pairs, i) < at(pairs, i + 1))) continue;
    starts[count] = at(pairs, i) as number;
    ends[count++] = at(pairs, i + 1) as number;
  }
  return [starts.subarray(0, count).sort(), ends.subarray(0, count).sort()];
}

function sortedBigints(pairs: readonly Bound[]): readonly [ArrayLike<Bound>, ArrayLike<Bound>] {
  const starts: Bound[] = [];
  const ends: Bound[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    if (!(at(pairs, i) < at(pairs, i + 1))) continue;
    starts.push(at(pairs, i));
    ends.push(at(pairs, i + 1));
  }
  const order = (a: Bound, b: Bound): number => (a < b ? -1 : a > b ? 1 : 0);
  return [starts.sort(order), ends.sort(order)];
}

function larger(a: Bound, b: Bound): Bound {
  return a > b ? a : b;
}

/**
 * Every index in this file is in range by construction; the zero only satisfies the compiler. The functions that go through
 * whole sets read for themselves: one reader for all kinds of array is slow for each.
 */
function at(set: ArrayLike<Bound>, index: number): Bound {
  return set[index] ?? 0;
}
