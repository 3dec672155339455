import {
  boundsUpTo,
  compareBounds,
  overlaps,
  type Bound,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import type { JoinedRules, Rule } from '../../model/ruleset.ts';
import { SCANS_BEFORE_INDEX } from '../matching/range-index.ts';
import type { PacketState } from '../evaluation.ts';

/** Those of the joined rules that the states may meet, as the file wrote them and in its order. */
export function expandMergedRule(
  { matches }: Rule,
  joined: JoinedRules,
  states: readonly PacketState[],
): readonly Rule[] {
  const match = matches[joined.at];
  if (match?.kind !== 'address') return [];
  const rows = new Set<number>();
  for (const { packet, peers } of states) {
    const value = packet.addresses[match.field];
    const asked = value === 'peers' ? peers : value;
    if (match.family !== packet.family || (asked !== null && !overlaps(asked, match.in))) continue;
    for (const row of rowsOver(joined, asked ?? match.in)) rows.add(row);
  }
  return [...rows].sort((a, b) => a - b).map((row) => joined.written(row));
}

interface Index {
  /** The rows by where they begin. */
  readonly order: Uint32Array;
  /** Where, in that order. */
  readonly begins: readonly Bound[];
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
  for (let row = 0; 2 * row < bounds.length; row++) if (reaches(bounds, row, low, high)) rows.push(row);
  return rows;
}

function makeIndex({ bounds }: JoinedRules): Index {
  const order = Uint32Array.from({ length: bounds.length / 2 }, (_, row) => row);
  order.sort((a, b) => compareBounds(bounds[2 * a] ?? 0, bounds[2 * b] ?? 0));
  const begins: Bound[] = [];
  const furthest: Bound[] = [];
  let latest: Bound = 0;
  for (const row of order) {
    const end = bounds[2 * row + 1] ?? 0;
    if (end > latest) latest = end;
    begins.push(bounds[2 * row] ?? 0);
    furthest.push(latest);
  }
  return { order, begins, furthest };
}

/** Backwards from the last row that begins in time, as long as one of the rows before reaches far enough. */
function lookUp({ bounds }: JoinedRules, index: Index, low: Bound, high: Bound): readonly number[] {
  const { order, begins, furthest } = index;
  const rows: number[] = [];
  for (let place = boundsUpTo(begins, high) - 1; place >= 0 && (furthest[place] ?? 0) > low; place--) {
    const row = order[place] ?? 0;
    if (reaches(bounds, row, low, high)) rows.push(row);
  }
  return rows;
}

function reaches(bounds: readonly Bound[], row: number, low: Bound, high: Bound): boolean {
  return (bounds[2 * row] ?? 0) < high && (bounds[2 * row + 1] ?? 0) > low;
}
