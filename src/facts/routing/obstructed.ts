import { prefixContains, prefixOf } from '../../net/prefix.ts';
import { compareAddresses } from '../../net/address.ts';
import type { LinkObstacle } from './link-obstacles.ts';
import type { Hop, Route, Routing } from './routing.ts';

/** The routing of a family where what would go to these neighbours does not arrive. */
export function obstructed(
  routing: Routing,
  { interface: name, neighbours }: Pick<LinkObstacle, 'interface' | 'neighbours'>,
): Routing {
  const isHidden = ({ to }: Route, { via }: Hop): boolean => {
    if (neighbours === 'all') return true;
    if ('outside' in neighbours) {
      const aim = via === null ? to : prefixOf(via);
      const first = { family: aim.family, value: aim.first };
      return !neighbours.outside.some((one) => one.length <= aim.length && prefixContains(one, first));
    }
    return neighbours.some((one) => via !== null && compareAddresses(via, one) === 0);
  };
  const isBehind = (route: Route): boolean =>
    route.hops.some((hop) => hop.interface === name && isHidden(route, hop));
  const routes = routing.routes.map((route) =>
    isBehind(route) ? { ...route, leads: 'astray' as const } : route,
  );
  const onLink = neighbours === 'all' || 'outside' in neighbours ? [] : neighbours;
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

/** Where what takes one of these routes does not arrive. */
export function withoutRoutes(routing: Routing, those: readonly Route[]): Routing {
  const astray = new Set(those);
  const routes = routing.routes.map((one) => (astray.has(one) ? { ...one, leads: 'astray' as const } : one));
  return { ...routing, routes };
}

function isOnLinkOf(name: string): (hop: Route['hops'][number]) => boolean {
  return (hop) => hop.interface === name && hop.via === null;
}
