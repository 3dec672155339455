import { overlaps } from '../../net/interval-set.ts';
import type { Hull } from '../hull.ts';
import type { AddressMatch } from '../match.ts';
import type { JoinedRules, Rule } from '../ruleset.ts';
import { addressHull } from './prefilter.ts';
import { bucketOver, rangeIndex, type RangeIndex } from './range-index.ts';
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
  const met = branches.filter((branch) => mayMeet(match, branch));
  const hulls = met.map((branch) => addressHull(branch.packet.addresses[match.field], branch));
  return rowsOver(joined, hulls).map((nth) => joined.written(nth));
}

function mayMeet({ field, family, in: set }: AddressMatch, { packet, peers }: Branch): boolean {
  const value = packet.addresses[field];
  if (family !== packet.family) return false;
  return value === null || overlaps(value === 'peers' ? toSet(peers) : value, set);
}

/** How often all rows are gone through before an index is made: a few packets are followed sooner without. */
const SCANS_BEFORE_INDEX = 4;

interface Index {
  scans: number;
  rows: RangeIndex | null;
}

const indexes = new WeakMap<JoinedRules, Index>();

/** The rows that reach into one of the hulls, ascending. */
function rowsOver(joined: JoinedRules, hulls: readonly Hull[]): readonly number[] {
  const [hull, ...others] = hulls;
  if (hull === undefined) return [];
  if (others.length > 0) {
    const rows = hulls.flatMap((each) => rowsOver(joined, [each]));
    return [...new Set(rows)].sort((a, b) => a - b);
  }
  const index = indexes.get(joined) ?? { scans: 0, rows: null };
  indexes.set(joined, index);
  if (index.scans++ < SCANS_BEFORE_INDEX) return scan(joined, hull);
  index.rows ??= rangeIndex(joined, Array.from(joined.from.keys()));
  const bucket = bucketOver(index.rows, ...hull);
  return bucket === null
    ? scan(joined, hull)
    : bucket
        .concat(index.rows.wide)
        .filter((row) => reaches(joined, row, hull))
        .sort((a, b) => a - b);
}

function scan(joined: JoinedRules, hull: Hull): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < joined.from.length; row++) if (reaches(joined, row, hull)) rows.push(row);
  return rows;
}

function reaches({ from, to }: JoinedRules, row: number, [low, high]: Hull): boolean {
  return (from[row] ?? 0) < high && (to[row] ?? 0) > low;
}
