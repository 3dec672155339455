import type { WayReason } from '../../firewall/model/way-reason.ts';
import { FAMILIES, type Family } from '../../net/address.ts';
import { groupBy } from '../../group-by.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { Interface } from '../interfaces.ts';
import { sysctlName } from '../sysctl-name.ts';
import type { Route, Routing } from './routing.ts';

/** Routes that may not lead packets to where they are sent. */
export interface DoubtedRoutes {
  readonly family: Family;
  readonly routes: readonly Route[];
  readonly because: WayReason;
  /** Only what the machine sends itself. */
  readonly isOfSender: boolean;
}

/** Those into a tunnel, and those for everybody by a link where a neighbour would have to answer for everybody (proxy ARP). */
export function doubtedRoutes(
  routing: Readonly<Record<Family, Routing | null>>,
  interfaces: readonly Interface[],
): readonly DoubtedRoutes[] {
  const asking = new Set(interfaces.flatMap(({ name, isAsking }) => (isAsking ? [name] : [])));
  const reasonsOf = (route: Route, family: Family): readonly WayReason[] => {
    const named = { family, ...nameOf(route) };
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
      reasonsOf(route, family).map((because) => ({
        ...{ family, routes: [route], because },
        isOfSender: false,
      })),
    ),
  );
}

/** `0.0.0.0/1` and `128.0.0.0/1` together are a default route, too. */
const HALF = 1;

function isOnLink({ via }: Route['hops'][number]): boolean {
  return via === null;
}

/** Those by a router whose hop limit (TTL) lets packets pass a few more only. `settings`: of the kernel, by their path. */
export function shortLived(
  routing: Readonly<Record<Family, Routing | null>>,
  settings: ReadonlyMap<string, string>,
): readonly DoubtedRoutes[] {
  return FAMILIES.flatMap((family) => {
    const byReason = groupBy(
      (routing[family]?.routes ?? []).flatMap((route) => {
        const because = route.hops.some((hop) => !isOnLink(hop)) ? hopLimitOf(route, family, settings) : null;
        return because === null ? [] : [{ route, because }];
      }),
      ({ because }) => JSON.stringify(because),
    );
    return byReason.flatMap((own) => {
      const routes = own.map(({ route }) => route);
      return own.slice(0, 1).map(({ because }) => ({ family, routes, because, isOfSender: true }));
    });
  });
}

/** Null where it is large enough, or not known. */
function hopLimitOf(route: Route, family: Family, settings: ReadonlyMap<string, string>): WayReason | null {
  const isShort = (limit: number): boolean => limit > 0 && limit < AMPLE;
  const { hopLimit } = route;
  if (hopLimit !== null && hopLimit > 0)
    return isShort(hopLimit) ? { code: 'route-hop-limit', limit: hopLimit, family, ...nameOf(route) } : null;
  const settingsOf = route.hops.map(({ interface: name }) =>
    family === 4 ? 'net/ipv4/ip_default_ttl' : `net/ipv6/conf/${name}/hop_limit`,
  );
  const setting = settingsOf.find((key) => isShort(Number(settings.get(key) ?? 0)));
  if (setting === undefined) return null;
  return { code: 'own-hop-limit', limit: Number(settings.get(setting)), setting: sysctlName(setting) };
}

/** No path within an organisation has so many routers. */
const AMPLE = 32;

function nameOf({ to, table }: Route): { readonly route: string; readonly table: string } {
  return { route: to.length === 0 ? 'default' : formatPrefix(to), table };
}
