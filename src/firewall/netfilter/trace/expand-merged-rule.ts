import { boundsUpTo, overlaps, type Bound, type IntervalSet } from '../../../net/interval-set.ts';
import { joinedOrder, type JoinedOrder } from './joined-order.ts';
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

/** How often their rows were looked through without an order. */
const scans = new WeakMap<JoinedRules, number>();

/** The rows that reach in between the first and the last of the addresses. */
function rowsOver(joined: JoinedRules, asked: IntervalSet): readonly number[] {
  const [low = 0, high = 0] = [asked[0], asked[asked.length - 1]];
  const count = scans.get(joined) ?? 0;
  scans.set(joined, count + 1);
  return count < SCANS_BEFORE_INDEX ? scan(joined, low, high) : lookUp(joinedOrder(joined), low, high);
}

function scan({ bounds }: JoinedRules, low: Bound, high: Bound): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; 2 * row < bounds.length; row++)
    if ((bounds[2 * row] ?? 0) < high && (bounds[2 * row + 1] ?? 0) > low) rows.push(row);
  return rows;
}

/** Backwards from the last row that begins in time, as long as one of the rows before reaches far enough. */
function lookUp({ nth, begins, ends, furthest }: JoinedOrder, low: Bound, high: Bound): readonly number[] {
  const rows: number[] = [];
  for (let place = boundsUpTo(begins, high) - 1; place >= 0 && (furthest[place] ?? 0) > low; place--)
    if ((begins[place] ?? 0) < high && (ends[place] ?? 0) > low) rows.push(nth[place] ?? 0);
  return rows;
}
