import { z } from 'zod';
import { tryParseAddress, type Address, type Family } from '../../net/address.ts';
import { isInnerInterface } from '../../net/inner-interface.ts';
import { isLinkLocal } from '../../net/special-addresses.ts';
import type { Prefix } from '../../net/prefix.ts';
import { DENYING, parsePrefix, type RoutingRule } from './routing-rule.ts';

export interface Hop {
  readonly interface: string | null;
  /** The router; null where there is none. */
  readonly via: Address | null;
}

/** A route for packets to `to`. */
export interface Route {
  readonly to: Prefix;
  readonly table: string;
  readonly metric: number;
  /** Null where it leads nowhere, by more than one interface, or some packets only. */
  readonly interface: string | null;
  /** Where it sends packets: by one of these. */
  readonly hops: readonly Hop[];
  /** Without another router. */
  readonly isOnLink: boolean;
  /** The network of an address of the machine, which the kernel made with it or a router announced. */
  readonly isConnected: boolean;
  /** `nowhere`: what it is for is dropped or refused; `back`: the next table is looked at (`throw`); `astray`: on, but not to be counted on. */
  readonly leads: 'on' | 'nowhere' | 'back' | 'astray';
  /** Only packets from somewhere or with some TOS use it. */
  readonly isConditional: boolean;
  /** Packets go into a tunnel that the route itself makes (`encap`), by one of its hops at least. */
  readonly isEncapsulating: boolean;
  /** Of what the machine itself sends by it; null: that of the machine or the interface. */
  readonly hopLimit: number | null;
}

/** A route to the machine itself or to a group, which says nothing of sources. */
export interface OwnRoute extends Pick<Route, 'to' | 'table' | 'metric' | 'isConditional'> {
  readonly leads: 'here' | 'group';
}

export interface Routing {
  readonly routes: readonly Route[];
  readonly rules: readonly RoutingRule[];
  /** What the machine takes for itself, or sends to a group (`broadcast`, `multicast`, `anycast`). */
  readonly own: readonly OwnRoute[];
}

/** A router of the other family. */
const viaShape = z.looseObject({ host: z.string().optional() });

const routeShape = z.object({
  type: z.string().default('unicast'),
  dst: z.string(),
  dev: z.string().optional(),
  gateway: z.string().optional(),
  via: viaShape.optional(),
  table: z.union([z.string(), z.number()]).default('main'),
  metric: z.number().default(0),
  protocol: z.union([z.string(), z.number()]).optional(),
  flags: z.array(z.string()).default([]),
  from: z.string().optional(),
  tos: z.unknown().optional(),
  encap: z.string().optional(),
  metrics: z.array(z.looseObject({ hoplimit: z.number().optional() })).default([]),
  nexthops: z
    .array(
      z.object({
        dev: z.string().optional(),
        gateway: z.string().optional(),
        via: viaShape.optional(),
        encap: z.string().optional(),
      }),
    )
    .default([]),
});

type RouteShape = z.infer<typeof routeShape>;

/** The far end of a tunnel has the key of what the route is for, once more in the same object. */
const FAR_END = /("encap":\s*"[^"]*"[^{}]*?)"dst":/g;

/** What `ip -j route show table all` prints: the routes to others, and what the machine takes for itself (`type local`). */
export function parseRoutes(output: string, family: Family): Pick<Routing, 'routes' | 'own'> {
  const all = z.array(routeShape).parse(JSON.parse(output.replaceAll(FAR_END, '$1"far-end":')));
  const routes = all
    .filter(({ type, flags }) => !NOT_OF_SOURCES.has(type) && !flags.includes('dead'))
    .flatMap((route): readonly Route[] => {
      const { type, dst, dev, table, metric, protocol, flags, nexthops, gateway, via } = route;
      const to = parsePrefix(dst, family);
      if (to === null) return [];
      const isConditional = isOfSome(route);
      const isOfLinks = isLinkLocal({ family, value: to.first });
      const devices = new Set([dev, ...nexthops.map((hop) => hop.dev)].filter((name) => name !== undefined));
      const [only, ...more] = devices;
      const isOpen = type !== 'unicast' || more.length > 0 || isConditional || isOfLinks;
      const isOnLink = gateway === undefined && via === undefined && nexthops.length === 0;
      const isConnected = isOnLink && (protocol === 'kernel' || protocol === 'ra');
      const isCut = flags.includes('linkdown') && !isInnerInterface(dev ?? '');
      const leads = DENYING.has(type) || isCut ? 'nowhere' : type === 'throw' ? 'back' : 'on';
      const name = isOpen ? null : (only ?? null);
      const hops = hopsOf(route);
      const isEncapsulating = [route, ...nexthops].some(({ encap }) => encap !== undefined);
      const hopLimit = route.metrics.find((one) => one.hoplimit !== undefined)?.hoplimit ?? null;
      const by = { isEncapsulating, hopLimit, metric, interface: name, hops };
      return [{ to, table: String(table), ...by, isOnLink, isConnected, leads, isConditional }];
    });
  const own = all
    .filter(({ type, flags }) => NOT_OF_SOURCES.has(type) && !flags.includes('dead'))
    // Nobody speaks from those that the kernel makes for each network.
    .filter(({ type, protocol }) => type === 'local' || protocol !== 'kernel')
    .flatMap((route): readonly OwnRoute[] => {
      const { type, dst, table, metric } = route;
      const to = parsePrefix(dst, family);
      const leads = type === 'local' ? 'here' : 'group';
      return to === null ? [] : [{ to, table: String(table), metric, leads, isConditional: isOfSome(route) }];
    });
  return { routes, own };
}

function hopsOf({ nexthops, ...own }: RouteShape): readonly Hop[] {
  return (nexthops.length > 0 ? nexthops : [own]).map(({ dev = null, gateway, via }) => ({
    interface: dev,
    via: tryParseAddress(gateway ?? via?.host ?? '') ?? null,
  }));
}

function isOfSome({ from, tos }: RouteShape): boolean {
  return from !== undefined || tos !== undefined;
}

/** Routes to the machine itself and to groups say nothing of sources. */
const NOT_OF_SOURCES: ReadonlySet<string> = new Set(['local', 'broadcast', 'multicast', 'anycast']);
