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
  /** Rows that reach into too many buckets to be listed in each, ascending. */
  readonly wide: readonly number[];
}

const BUCKETS = 4096;
const MOST_BUCKETS_A_ROW = 16;

/** Buckets begin where a sample of the ranges does, so that they hold about as many rows each. */
export function rangeIndex({ from, to }: Ranges, rows: readonly number[]): RangeIndex {
  const step = Math.max(1, Math.floor(rows.length / BUCKETS));
  const sample = rows.filter((row, nth) => nth % step === 0 && (from[row] ?? 0) > 0);
  const bounds = new Float64Array(new Set(sample.map((row) => from[row] ?? 0))).sort();
  const buckets: number[][] = Array.from({ length: bounds.length + 1 }, () => []);
  const wide: number[] = [];
  for (const row of rows) {
    const first = bucketOf(bounds, from[row] ?? 0);
    const last = bucketOf(bounds, (to[row] ?? 0) - 1);
    if (last - first >= MOST_BUCKETS_A_ROW) wide.push(row);
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
  const bucket = bucketOf(bounds, low);
  return bucket === bucketOf(bounds, high - 1) ? (buckets[bucket] ?? null) : null;
}

/** Where `row` or the first one after it stands in a list of rows. */
export function firstFrom(rows: readonly number[], row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many bounds are at or below the value. */
function bucketOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
