import { prefixContains, prefixOf } from '../../net/prefix.ts';
import { compareAddresses } from '../../net/address.ts';
import type { LinkObstacle } from './link-obstacles.ts';
import type { Route, Routing } from './routing.ts';

/** The routing of a family where what would go to these neighbours does not arrive. */
export function obstructed(
  routing: Routing,
  { interface: name, neighbours }: Pick<LinkObstacle, 'interface' | 'neighbours'>,
): Routing {
  const isBehind = ({ hops }: Route): boolean =>
    hops.some(
      (hop) =>
        hop.interface === name &&
        (neighbours === 'all' ||
          neighbours.some((one) => hop.via !== null && compareAddresses(hop.via, one) === 0)),
    );
  const routes = routing.routes.map((route) =>
    isBehind(route) ? { ...route, leads: 'astray' as const } : route,
  );
  const onLink = neighbours === 'all' ? [] : neighbours;
  return {
    ...routing,
    routes: [
      ...onLink.flatMap((address) =>
        routes
          .filter(({ hops, to }) => hops.some(isOnLinkOf(name)) && prefixContains(to, address))
          .map((route) => ({ ...route, to: prefixOf(address), leads: 'astray' as const })),
      ),
      ...routes,
    ],
  };
}

function isOnLinkOf(name: string): (hop: Route['hops'][number]) => boolean {
  return (hop) => hop.interface === name && hop.via === null;
}
