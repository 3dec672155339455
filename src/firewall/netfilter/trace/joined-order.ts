import { compareBounds, type Bound } from '../../../net/interval-set.ts';
import type { JoinedRules } from '../../model/ruleset.ts';

/** Joined rules by where their addresses begin, in columns. */
export interface JoinedOrder {
  /** Which of the rules it is, as the file counts them. */
  readonly nth: Uint32Array;
  readonly begins: readonly Bound[];
  readonly ends: readonly Bound[];
  /** Where the furthest of the rules up to there ends. */
  readonly furthest: readonly Bound[];
}

const known = new WeakMap<JoinedRules, JoinedOrder>();

export function joinedOrder(joined: JoinedRules): JoinedOrder {
  const order = known.get(joined) ?? inOrder(joined);
  known.set(joined, order);
  return order;
}

function inOrder({ bounds }: JoinedRules): JoinedOrder {
  const nth = new Uint32Array(bounds.length / 2);
  for (let row = 0; row < nth.length; row++) nth[row] = row;
  nth.sort((a, b) => compareBounds(bounds[2 * a] ?? 0, bounds[2 * b] ?? 0));
  const begins: Bound[] = [];
  const ends: Bound[] = [];
  const furthest: Bound[] = [];
  let latest: Bound = 0;
  for (const row of nth) {
    const end = bounds[2 * row + 1] ?? 0;
    if (end > latest) latest = end;
    begins.push(bounds[2 * row] ?? 0);
    ends.push(end);
    furthest.push(latest);
  }
  return { nth, begins, ends, furthest };
}
