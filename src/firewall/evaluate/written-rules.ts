import { compareBounds, overlaps, type Bound, type IntervalSet } from '../../net/interval-set.ts';
import type { JoinedRules, Rule } from '../ruleset.ts';
import { toSet } from './remaining.ts';
import type { Branch } from './run.ts';

/** Those of the joined rules that the branches may meet, as the file wrote them and in its order. */
export function writtenRules(
  { matches }: Rule,
  joined: JoinedRules,
  branches: readonly Branch[],
): readonly Rule[] {
  const match = matches[joined.at];
  if (match?.kind !== 'address') return [];
  const rows = new Set<number>();
  for (const { packet, peers } of branches) {
    const value = packet.addresses[match.field];
    const asked = value === 'peers' ? toSet(peers) : value;
    if (match.family !== packet.family || (asked !== null && !overlaps(asked, match.in))) continue;
    for (const row of rowsOver(joined, asked ?? match.in)) rows.add(row);
  }
  return [...rows].sort((a, b) => a - b).map((row) => joined.written(row));
}

/** How often all rows are gone through before an index is made: a few packets are followed sooner without. */
const SCANS_BEFORE_INDEX = 4;

interface Index {
  /** The rows by where they begin. */
  readonly order: Uint32Array;
  /** For each place in that order where the furthest of the rows up to there ends. */
  readonly furthest: readonly Bound[];
}

const indexes = new WeakMap<JoinedRules, { scans: number; index: Index | null }>();

/** The rows that reach in between the first and the last of the addresses. */
function rowsOver(joined: JoinedRules, asked: IntervalSet): readonly number[] {
  const [low = 0, high = 0] = [asked[0], asked[asked.length - 1]];
  const known = indexes.get(joined) ?? { scans: 0, index: null };
  indexes.set(joined, known);
  if (known.scans++ < SCANS_BEFORE_INDEX) return scan(joined, low, high);
  known.index ??= makeIndex(joined);
  return lookUp(joined, known.index, low, high);
}

function scan({ bounds }: JoinedRules, low: Bound, high: Bound): readonly number[] {
  const rows: number[] = [];
  for (let i = 0; i < bounds.length; i += 2)
    if ((bounds[i] ?? 0) < high && (bounds[i + 1] ?? 0) > low) rows.push(i / 2);
  return rows;
}

function makeIndex({ bounds }: JoinedRules): Index {
  const order = Uint32Array.from({ length: bounds.length / 2 }, (_, row) => row);
  order.sort((a, b) => compareBounds(bounds[2 * a] ?? 0, bounds[2 * b] ?? 0));
  const furthest: Bound[] = [];
  let latest: Bound = 0;
  for (const row of order) {
    const end = bounds[2 * row + 1] ?? 0;
    if (end > latest) latest = end;
    furthest.push(latest);
  }
  return { order, furthest };
}

/** Backwards from the last row that begins in time, as long as one of the rows before reaches far enough. */
function lookUp(
  { bounds }: JoinedRules,
  { order, furthest }: Index,
  low: Bound,
  high: Bound,
): readonly number[] {
  let [from, to] = [0, order.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((bounds[2 * (order[middle] ?? 0)] ?? 0) < high) from = middle + 1;
    else to = middle;
  }
  const rows: number[] = [];
  for (let place = from - 1; place >= 0 && (furthest[place] ?? 0) > low; place--) {
    const row = order[place] ?? 0;
    if ((bounds[2 * row + 1] ?? 0) > low) rows.push(row);
  }
  return rows;
}
