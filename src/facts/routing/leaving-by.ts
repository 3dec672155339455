import type { Address, Family } from '../../net/address.ts';
import { subtract, unionOf, type IntervalSet } from '../../net/interval-set.ts';
import { withoutAnswer, type DeadEnd } from './dead-ends.ts';
import { obstructed } from './obstructed.ts';
import type { Routing } from './routing.ts';

/**
 * Peers whose answers may leave by this interface: where rules that are not followed, routes of some packets only or several hops leave a
 * choice, by each of them.
 * @param from the addresses that answer; none: nobody knows which
 */
export function mayLeaveBy(
  routing: Routing,
  name: string,
  { from, family }: { readonly from: readonly Address[]; readonly family: Family },
): IntervalSet {
  const without = withoutInterface(routing, name);
  const deadOf = (of: Routing): IntervalSet =>
    unionOf(
      (from.length === 0 ? [null] : from)
        .flatMap((one): readonly DeadEnd[] => withoutAnswer(of, one, family))
        .map((end) => end.of),
    );
  return subtract(deadOf(without), deadOf(routing));
}

/** Made once: what is looked up in a routing is remembered with it. */
function withoutInterface(routing: Routing, name: string): Routing {
  const own = known.get(routing) ?? new Map<string, Routing>();
  known.set(routing, own);
  const found = own.get(name) ?? obstructed(routing, { interface: name, neighbours: 'all' });
  own.set(name, found);
  return found;
}

const known = new WeakMap<Routing, Map<string, Routing>>();

/** The interfaces that routes send packets by. */
export function interfacesOfRoutes({ routes }: Routing): readonly string[] {
  const names = routes.flatMap(({ hops }) => hops.map((hop) => hop.interface));
  return [...new Set(names.filter((name) => name !== null))];
}
