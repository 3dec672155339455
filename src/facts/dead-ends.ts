import { addressSet, EVERY_ADDRESS } from '../net/address-set.ts';
import type { Family } from '../net/address.ts';
import { EMPTY, intersect, subtract, union, type IntervalSet } from '../net/interval-set.ts';
import type { Routing } from './routing.ts';

/**
 * The addresses that the machine surely sends nothing to, whatever its rules say: there is no route, it leads nowhere (`blackhole`,
 * `prohibit`, `unreachable`), or a routing rule says so. The order is that of the lookup; where it is not understood, the rest is open.
 */
export function deadEnds(routing: Routing, family: Family): IntervalSet {
  const found = known.get(routing) ?? findDeadEnds(routing, family);
  known.set(routing, found);
  return found;
}

/** Every packet and flow asks. Each family has a routing of its own. */
const known = new WeakMap<Routing, IntervalSet>();

function findDeadEnds({ routes, rules }: Routing, family: Family): IntervalSet {
  let rest: IntervalSet = EVERY_ADDRESS[family];
  let dead: IntervalSet = EMPTY;
  for (const { table, from, denied, ignoresUpTo, isUnderstood } of rules) {
    if (denied !== null) {
      dead = union(dead, denied.length === 0 ? rest : intersect(rest, addressSet(denied, family)));
      rest = subtract(rest, dead);
      continue;
    }
    if (!isUnderstood) return dead;
    const own = routes
      .filter((route) => route.table === table && route.to.family === family)
      .filter(({ to }) => ignoresUpTo === null || to.length > ignoresUpTo)
      .sort((a, b) => b.to.length - a.to.length || a.metric - b.metric);
    let inTable = rest;
    for (const { to, leads } of own) {
      const those = intersect(inTable, addressSet([to], family));
      inTable = subtract(inTable, those);
      if (leads === 'back') continue;
      rest = subtract(rest, those);
      // A rule for some sources may be passed over.
      if (leads === 'nowhere' && from === null) dead = union(dead, those);
    }
  }
  return union(dead, rest);
}
