import {
  holds,
  intersect,
  overlaps,
  subtract,
  unionOf,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import { writtenCount } from '../../model/merge-rules.ts';
import type { JoinedRules, Rule } from '../../model/ruleset.ts';
import type { Packet } from '../../netfilter/packet.ts';

interface WrittenShare {
  readonly rule: Rule;
  readonly peers: IntervalSet;
}

/**
 * Which of the rules that were made one each of the peers meets first. Halved again and again, since a hundred thousand cut out
 * one after another would be quadratic.
 */
export function writtenShares(
  { matches, ...rule }: Rule,
  joined: JoinedRules,
  { addresses }: Packet,
  peers: IntervalSet,
): readonly WrittenShare[] {
  const match = matches[joined.at];
  const count = writtenCount({ matches, ...rule });
  const setOf = (nth: number): IntervalSet => {
    const own = joined.written(nth).matches[joined.at];
    return own?.kind === 'address' ? own.in : [];
  };
  const value = match?.kind === 'address' ? addresses[match.field] : null;
  if (value !== 'peers') {
    const first = value?.[0];
    const isMet = (nth: number): boolean => first === undefined || holds(setOf(nth), first);
    const nth = Array.from({ length: count }, (_, index) => index).find(isMet) ?? 0;
    return [{ rule: joined.written(nth), peers }];
  }
  const met = Array.from({ length: count }, (_, nth) => ({ nth, set: setOf(nth) })).filter(({ set }) =>
    overlaps(set, peers),
  );
  const found: WrittenShare[] = [];
  const visit = (from: number, end: number, those: IntervalSet): void => {
    if (those.length === 0 || from >= end) return;
    if (end - from === 1) {
      found.push({ rule: joined.written(met[from]?.nth ?? 0), peers: those });
      return;
    }
    const middle = (from + end) >> 1;
    const first = intersect(those, unionOf(met.slice(from, middle).map(({ set }) => set)));
    visit(from, middle, first);
    visit(middle, end, subtract(those, first));
  };
  visit(0, met.length, peers);
  return found;
}
