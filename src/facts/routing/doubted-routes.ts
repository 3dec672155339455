import type { WayReason } from '../../firewall/model/way-reason.ts';
import { FAMILIES, type Family } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { Interface } from '../interfaces.ts';
import type { Route, Routing } from './routing.ts';

/** A route that may not lead packets to where they are sent. */
export interface DoubtedRoute {
  readonly family: Family;
  readonly route: Route;
  readonly because: WayReason;
}

/** Those into a tunnel, and those for everybody by a link where a neighbour would have to answer for everybody (proxy ARP). */
export function doubtedRoutes(
  routing: Readonly<Record<Family, Routing | null>>,
  interfaces: readonly Interface[],
): readonly DoubtedRoute[] {
  const asking = new Set(interfaces.flatMap(({ name, isAsking }) => (isAsking ? [name] : [])));
  const reasonsOf = (route: Route, family: Family): readonly WayReason[] => {
    const named = {
      family,
      route: route.to.length === 0 ? 'default' : formatPrefix(route.to),
      table: route.table,
    };
    const link = route.to.length > HALF ? undefined : route.hops.find(isOnLink)?.interface;
    return [
      ...(route.isEncapsulating ? [{ code: 'route-into-tunnel', ...named } as const] : []),
      ...(link !== undefined && link !== null && asking.has(link)
        ? [{ code: 'no-gateway', ...named, interface: link } as const]
        : []),
    ];
  };
  return FAMILIES.flatMap((family) =>
    (routing[family]?.routes ?? []).flatMap((route) =>
      reasonsOf(route, family).map((because) => ({ family, route, because })),
    ),
  );
}

/** `0.0.0.0/1` and `128.0.0.0/1` together are a default route, too. */
const HALF = 1;

function isOnLink({ via }: Route['hops'][number]): boolean {
  return via === null;
}
