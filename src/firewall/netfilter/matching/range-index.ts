/** A range of one dimension for each row, half open. */
export interface Ranges {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Rows by where their ranges lie: finds the few that may hold a point without going through all. */
export interface RangeIndex {
  /** Where each bucket but the first begins, ascending; none lies about where most ranges do. */
  readonly bounds: Float64Array;
  /** The rows that reach into each bucket, ascending. */
  readonly buckets: readonly (readonly number[])[];
  /** Rows without a bound, or that reach into too many buckets to be listed in each, ascending. */
  readonly wide: readonly number[];
}

/** How often all rows are looked through before an index is made: a few packets are followed sooner without. */
export const SCANS_BEFORE_INDEX = 4;

const BUCKETS = 4096;
const MAX_BUCKETS_A_ROW = 16;

/** Buckets begin where a sample of the ranges does, so that they hold about as many rows each. */
export function rangeIndex({ from, to }: Ranges, rows: readonly number[]): RangeIndex {
  const step = Math.max(1, Math.floor(rows.length / BUCKETS));
  const sample = rows.filter((row, nth) => nth % step === 0 && (from[row] ?? 0) > 0);
  const bounds = new Float64Array(new Set(sample.map((row) => from[row] ?? 0))).sort();
  const buckets: number[][] = Array.from({ length: bounds.length + 1 }, () => []);
  const wide: number[] = [];
  for (const row of rows) {
    if (from[row] === 0 && to[row] === Infinity) {
      wide.push(row);
      continue;
    }
    const first = countUpTo(bounds, from[row] ?? 0);
    const last = countUpTo(bounds, (to[row] ?? 0) - 1);
    if (last - first >= MAX_BUCKETS_A_ROW) wide.push(row);
    else for (let bucket = first; bucket <= last; bucket++) buckets[bucket]?.push(row);
  }
  return { bounds, buckets, wide };
}

/** The bucket that holds all of [low, high), or null where that is more than one. */
export function bucketOver(
  { bounds, buckets }: RangeIndex,
  low: number,
  high: number,
): readonly number[] | null {
  const bucket = countUpTo(bounds, low);
  return bucket === countUpTo(bounds, high - 1) ? (buckets[bucket] ?? null) : null;
}

/** Where `row` or the first one after it stands in a list of rows. */
export function firstFrom(rows: readonly number[], row: number): number {
  return countUpTo(rows, row - 1);
}

/** How many of the sorted numbers are at or below the value; `boundsUpTo` compares bigints too, and is slower for it. */
function countUpTo(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
