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
  if (isNormal(pairs)) return pairs;
  if (areNumbers(pairs)) return joined(pairs);
  const { all, ranks } = ranked(pairs as readonly bigint[]);
  return joined(ranks).map((rank) => all[rank] ?? 0n);
}

/** Whether the value is in the set. */
export function holds(set: IntervalSet, value: Bound): boolean {
  return (boundsUpTo(set, value) & 1) === 1;
}

/** In both. */
export function intersect(a: IntervalSet, b: IntervalSet): IntervalSet {
  if (a === b) return a;
  const ours = near(a, b);
  const theirs = near(b, ours);
  if (areFew(ours, theirs)) return eachAlone(ours, theirs, within);
  if (areFew(theirs, ours)) return eachAlone(theirs, ours, within);
  return combine(ours, theirs, BOTH);
}

/** In the first but not in the second. */
export function subtract(a: IntervalSet, b: IntervalSet): IntervalSet {
  if (a === b) return EMPTY;
  const less = near(b, a);
  if (less.length === 0) return a;
  // Where a little is taken out of much, most of it stays as it is.
  const [from, to] = reach(a, less);
  const touched = a.slice(from, to);
  const middle = areFew(touched, less)
    ? eachAlone(touched, less, gapsWithin)
    : combine(touched, less, ONLY_FIRST);
  return from === 0 && to === a.length ? middle : a.slice(0, from).concat(middle, a.slice(to));
}

/** In either of any number of sets. */
export function union(...sets: readonly IntervalSet[]): IntervalSet {
  return unionOf(sets);
}

/** {@link union} of a list: a call takes only so many arguments. */
export function unionOf(sets: readonly IntervalSet[]): IntervalSet {
  const filled = sets.filter((set) => set.length > 0);
  if (filled.length > FEW_SETS) return intervalSet(filled.flat());
  return filled.reduce((a, b) => (a.length === 0 || a === b ? b : combine(a, b, EITHER)), EMPTY);
}

/** Up to here merging one by one beats sorting all together. */
const FEW_SETS = 4;

/** Everything of the first is in the second. */
export function isWithin(a: IntervalSet, b: IntervalSet): boolean {
  if (a === b || isWithinOne(a, b)) return true;
  if (a.length > b.length) return subtract(a, b).length === 0;
  for (let i = 0; i < a.length; i += 2) {
    const position = boundsUpTo(b, at(a, i));
    if ((position & 1) === 0 || at(b, position) < at(a, i + 1)) return false;
  }
  return true;
}

/** All of it is in one interval of the other, as most sets are in the whole address space. */
function isWithinOne(a: IntervalSet, b: IntervalSet): boolean {
  if (a.length === 0) return true;
  const position = boundsUpTo(b, at(a, 0));
  return (position & 1) === 1 && at(a, a.length - 1) <= at(b, position);
}

/** They share something. */
export function overlaps(a: IntervalSet, b: IntervalSet): boolean {
  const [few, many] = a.length < b.length ? [a, b] : [b, a];
  for (let i = 0; i < few.length; i += 2) {
    const position = boundsUpTo(many, at(few, i));
    if ((position & 1) === 1) return true;
    if (position < many.length && at(many, position) < at(few, i + 1)) return true;
  }
  return false;
}

export function isSame(a: IntervalSet, b: IntervalSet): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The order of bounds of one kind, for sorting. */
export function compareBounds(a: Bound, b: Bound): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How many bounds of the set are at or below the value: odd means the value is inside. */
export function boundsUpTo(set: readonly Bound[], value: Bound): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(set, middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many bounds of the set are below the value. */
export function boundsBelow(set: readonly Bound[], value: Bound): number {
  const upTo = boundsUpTo(set, value);
  return upTo > 0 && at(set, upTo - 1) === value ? upTo - 1 : upTo;
}

/** The intervals of the first that reach into the hull of the second: a small set meets a huge one in logarithmic time. */
function near(a: IntervalSet, b: IntervalSet): IntervalSet {
  const [from, to] = reach(a, b);
  return from === 0 && to === a.length ? a : a.slice(from, to);
}

/** So few intervals beside so many that each is better cut out of the many alone than all gone through. */
function areFew(few: IntervalSet, many: IntervalSet): boolean {
  return few.length <= 2 || (few.length <= FEW_BOUNDS && few.length * FEWER < many.length);
}

const FEW_BOUNDS = 4096;
const FEWER = 64;

/** For each interval of the few what it makes of those of the many near it. */
function eachAlone(
  few: IntervalSet,
  many: IntervalSet,
  make: (near: IntervalSet, interval: IntervalSet) => IntervalSet,
): IntervalSet {
  const made: IntervalSet[] = [];
  for (let i = 0; i < few.length; i += 2) {
    const interval = few.slice(i, i + 2);
    made.push(make(near(many, interval), interval));
  }
  const [first = EMPTY, ...more] = made;
  return more.length === 0 ? first : first.concat(...more);
}

/** What of the set, all of it near the one interval, lies in there: but for its ends the set is it already. */
function within(set: IntervalSet, [from = 0, to = 0]: IntervalSet): IntervalSet {
  const last = set.length - 1;
  if (set.length === 0 || (at(set, 0) >= from && at(set, last) <= to)) return set;
  const cut = set.slice();
  if (at(cut, 0) < from) cut[0] = from;
  if (at(cut, last) > to) cut[last] = to;
  return cut;
}

/** What of the one interval the set, all of it near, leaves: the same bounds, only that the other side of each is in. */
function gapsWithin(set: IntervalSet, interval: IntervalSet): IntervalSet {
  if (set.length === 0) return interval;
  const [from = 0, to = 0] = interval;
  const startsIn = at(set, 0) <= from;
  const endsIn = at(set, set.length - 1) >= to;
  const gaps = set.slice(startsIn ? 1 : 0, endsIn ? -1 : undefined);
  if (!startsIn) gaps.unshift(from);
  if (!endsIn) gaps.push(to);
  return gaps;
}

/** From and to which index they stand. */
function reach(a: IntervalSet, b: IntervalSet): readonly [number, number] {
  if (a.length === 0 || b.length === 0) return [0, 0];
  const to = boundsBelow(a, at(b, b.length - 1));
  return [boundsUpTo(a, at(b, 0)) & ~1, to + (to & 1)];
}

/** What {@link sweep} keeps: bit 1 stands for what only the first has, bit 2 for only the second, bit 3 for both. */
const ONLY_FIRST = 0b0010;
const BOTH = 0b1000;
const EITHER = 0b1110;

/**
 * IPv6 goes through numbers too: its bounds are numbered once, in order. Were both kinds compared in the same places, the
 * engine would compare neither fast.
 */
function combine(a: IntervalSet, b: IntervalSet, keep: number): IntervalSet {
  if (areNumbers(a) && areNumbers(b)) return sweep(a, b, keep);
  const { all, ours, theirs } = numbered(a as readonly bigint[], b as readonly bigint[]);
  return sweep(ours, theirs, keep).map((place) => all[place] ?? 0n);
}

/** The bounds of both sets without repeats in order, and for those of each set their places among them. */
function numbered(
  a: readonly bigint[],
  b: readonly bigint[],
): { readonly all: readonly bigint[]; readonly ours: readonly number[]; readonly theirs: readonly number[] } {
  const all: bigint[] = [];
  const ours: number[] = [];
  const theirs: number[] = [];
  let [x, y] = [a[0], b[0]];
  while (x !== undefined || y !== undefined) {
    const isOurs = x !== undefined && (y === undefined || x <= y);
    const isTheirs = y !== undefined && (x === undefined || y <= x);
    const bound = isOurs ? x : y;
    if (isOurs) x = a[ours.push(all.length)];
    if (isTheirs) y = b[theirs.push(all.length)];
    if (bound !== undefined) all.push(bound);
  }
  return { all, ours, theirs };
}

/** Goes over both sets at once and keeps the stretches that are wanted. */
function sweep(a: readonly number[], b: readonly number[], keep: number): readonly number[] {
  const out: number[] = [];
  let [i, j, isKept] = [0, 0, 0];
  let [x, y] = [a[0] ?? Infinity, b[0] ?? Infinity];
  while (x < Infinity || y < Infinity) {
    const bound = x < y ? x : y;
    if (x === bound) x = ++i < a.length ? (a[i] ?? 0) : Infinity;
    if (y === bound) y = ++j < b.length ? (b[j] ?? 0) : Infinity;
    const isWanted = (keep >> ((i & 1) | ((j & 1) << 1))) & 1;
    if (isWanted === isKept) continue;
    isKept = isWanted;
    out.push(bound);
  }
  return out;
}

/** {@link intervalSet} of numbers: where intervals start and where they end, each sorted by itself; who ends where does not matter. */
function joined(pairs: readonly number[]): readonly number[] {
  const starts = new Float64Array(pairs.length / 2);
  const ends = new Float64Array(pairs.length / 2);
  let count = 0;
  const width = (pairs[1] ?? 0) - (pairs[0] ?? 0);
  let areOfOneWidth = true;
  for (let i = 0; i < pairs.length; i += 2) {
    const from = pairs[i] ?? 0;
    const to = pairs[i + 1] ?? 0;
    if (!(from < to)) continue;
    if (to - from !== width) areOfOneWidth = false;
    starts[count] = from;
    ends[count++] = to;
  }
  starts.subarray(0, count).sort();
  // Lists of single addresses are sorted once.
  if (areOfOneWidth) for (let i = 0; i < count; i++) ends[i] = (starts[i] ?? 0) + width;
  else ends.subarray(0, count).sort();
  const out: number[] = [];
  let opened = 0;
  for (let closed = 0; closed < count; closed++) {
    // Every interval that starts up to this end is open before it: a gap begins where as many have closed as opened.
    const before = opened;
    const end = ends[closed] ?? 0;
    while (opened < count && (starts[opened] ?? 0) <= end) opened++;
    if (before === closed) out.push(starts[before] ?? 0);
    if (opened === closed + 1) out.push(end);
  }
  return out;
}

/**
 * The bounds without repeats in order, and for each given one its place among them. Their upper bits, as a number, tell most of
 * them apart, and faster.
 */
function ranked(bounds: readonly bigint[]): {
  readonly all: readonly bigint[];
  readonly ranks: readonly number[];
} {
  const upper = Float64Array.from(bounds, (bound) => Number(bound >> 76n));
  const order = Uint32Array.from(bounds.keys()).sort(
    (a, b) => (upper[a] ?? 0) - (upper[b] ?? 0) || compareBounds(bounds[a] ?? 0n, bounds[b] ?? 0n),
  );
  const all: bigint[] = [];
  const ranks = new Array<number>(bounds.length).fill(0);
  for (const index of order) {
    const bound = bounds[index] ?? 0n;
    if (all[all.length - 1] !== bound) all.push(bound);
    ranks[index] = all.length - 1;
  }
  return { all, ranks };
}

function areNumbers(set: readonly Bound[]): set is readonly number[] {
  return typeof set[0] !== 'bigint';
}

/** Sorted and disjoint already. */
function isNormal(pairs: readonly Bound[]): boolean {
  if (!areNumbers(pairs)) return pairs.every((bound, index) => index === 0 || at(pairs, index - 1) < bound);
  for (let i = 1; i < pairs.length; i++) if (!((pairs[i - 1] ?? 0) < (pairs[i] ?? 0))) return false;
  return true;
}

/** Every index here is in range by construction; the zero only satisfies the compiler. */
function at(set: readonly Bound[], index: number): Bound {
  return set[index] ?? 0;
}
