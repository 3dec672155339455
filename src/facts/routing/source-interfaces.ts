import type { Address } from '../../net/address.ts';
import { prefixContains, type Prefix } from '../../net/prefix.ts';
import type { Route, Routing } from './routing.ts';

/** The interface by which packets from somewhere come in, as far as the routes tell. */
export interface SourceInterface {
  readonly from: Prefix;
  /** Null where the routes leave it open. */
  readonly name: string | null;
}

/**
 * By which interface sources reach this address of the machine, if packets come in where answers to them go out: the order is
 * that of the lookup, so the first prefix that holds a source decides.
 */
export function sourceInterfaces(routing: Routing, destination: Address): readonly SourceInterface[] {
  const { family } = destination;
  const found: SourceInterface[] = [];
  for (const { from, to: aim, isInverted, isFollowed, action } of routing.rules) {
    if (!isFollowed || isInverted || aim !== null || action.kind !== 'table') break;
    const { table, ignoresUpTo } = action;
    if (table === null) break;
    // Answers come from the address that was asked.
    if (from !== null && !prefixContains(from, destination)) continue;
    const routes = routing.routes
      .filter((route) => route.table === table && route.to.family === family)
      .filter(({ to }) => ignoresUpTo === null || to.length > ignoresUpTo);
    found.push(...inOrder(routes));
  }
  return [...found, { from: { family, first: 0n, length: 0 }, name: null }];
}

/** The longest prefix first, of one prefix the route of the lowest metric. */
function inOrder(routes: readonly Route[]): readonly SourceInterface[] {
  const best = new Map<string, Route>();
  for (const route of routes) {
    const key = `${route.to.first}/${route.to.length}`;
    const known = best.get(key);
    if (known === undefined || route.metric < known.metric) best.set(key, route);
    else if (route.metric === known.metric && route.interface !== known.interface)
      best.set(key, { ...known, interface: null });
  }
  return [...best.values()]
    .sort((a, b) => b.to.length - a.to.length)
    .map(({ to, interface: name }) => ({ from: to, name }));
}
