import { z } from 'zod';
import { tryParseAddress, type Address, type Family } from '../net/address.ts';
import { isInnerInterface } from '../net/inner-interface.ts';
import { isLinkLocal } from '../net/special-addresses.ts';
import { blockOf, prefixContains, prefixOf, type Prefix } from '../net/prefix.ts';

/** A route for packets to `to`. */
export interface Route {
  readonly to: Prefix;
  readonly table: string;
  readonly metric: number;
  /** Null where it leads nowhere, or by more than one interface. */
  readonly interface: string | null;
  /** Without another router. */
  readonly isOnLink: boolean;
  /** `nowhere`: what it is for is dropped or refused; `back`: the next table is looked at (`throw`). */
  readonly leads: 'on' | 'nowhere' | 'back';
}

/** Which table is looked at for which packets, in order. */
export interface RoutingRule {
  readonly table: string;
  /** Packets from there; null is any. */
  readonly from: Prefix | null;
  /** Routes with a prefix no longer than this don't count (`suppress_prefixlength`). */
  readonly ignoresUpTo: number | null;
  /** It refuses or drops packets from or to these; none: all. Null where it names a table. */
  readonly denied: readonly Prefix[] | null;
  /** It asks for no more than that. */
  readonly isUnderstood: boolean;
}

export interface Routing {
  readonly routes: readonly Route[];
  readonly rules: readonly RoutingRule[];
  /** What the machine takes for itself. */
  readonly locals: readonly Prefix[];
}

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
  for (const { table, from, ignoresUpTo, isUnderstood } of routing.rules) {
    if (!isUnderstood) break;
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

const routeShape = z.object({
  type: z.string().default('unicast'),
  dst: z.string(),
  dev: z.string().optional(),
  gateway: z.string().optional(),
  via: z.unknown().optional(),
  table: z.union([z.string(), z.number()]).default('main'),
  metric: z.number().default(0),
  flags: z.array(z.string()).default([]),
  nexthops: z.array(z.object({ dev: z.string().optional() })).default([]),
});

/** What `ip -j route show table all` prints: the routes to others, and what the machine takes for itself (`type local`). */
export function parseRoutes(output: string, family: Family): Pick<Routing, 'routes' | 'locals'> {
  const all = z.array(routeShape).parse(JSON.parse(output));
  const routes = all
    .filter(({ type, flags }) => !NOT_OF_SOURCES.has(type) && !flags.includes('dead'))
    .flatMap(({ type, dst, dev, table, metric, flags, nexthops, gateway, via }): readonly Route[] => {
      const to = parsePrefix(dst, family);
      if (to === null) return [];
      const devices = new Set([dev, ...nexthops.map((hop) => hop.dev)].filter((name) => name !== undefined));
      const [only, ...more] = devices;
      const isOpen = type !== 'unicast' || more.length > 0 || isLinkLocal({ family, value: to.first });
      const isOnLink = gateway === undefined && via === undefined && nexthops.length === 0;
      const isCut = flags.includes('linkdown') && !isInnerInterface(dev ?? '');
      const leads = NOWHERE.has(type) || isCut ? 'nowhere' : type === 'throw' ? 'back' : 'on';
      const name = isOpen ? null : (only ?? null);
      return [{ to, table: String(table), metric, interface: name, isOnLink, leads }];
    });
  const locals = all.flatMap(({ type, dst }) => (type === 'local' ? (parsePrefix(dst, family) ?? []) : []));
  return { routes, locals };
}

const NOWHERE: ReadonlySet<string> = new Set(['blackhole', 'prohibit', 'unreachable']);

/** Routes to the machine itself and to groups say nothing of sources. */
const NOT_OF_SOURCES: ReadonlySet<string> = new Set(['local', 'broadcast', 'multicast', 'anycast']);

/** What `ip -j rule show` prints: in the order of their priorities. */
export function parseRules(output: string, family: Family): readonly RoutingRule[] {
  return z
    .array(z.looseObject({ priority: z.number(), src: z.string().default('all') }))
    .parse(JSON.parse(output))
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => {
      const { src, srclen, table, suppress_prefixlen: ignoresUpTo } = rule;
      const from =
        src === 'all' ? null : parsePrefix(`${src}${typeof srclen === 'number' ? `/${srclen}` : ''}`, family);
      const isDenying = typeof rule.action === 'string' && NOWHERE.has(rule.action);
      return {
        denied: isDenying ? deniedBy(rule, from, family) : null,
        table: typeof table === 'string' || typeof table === 'number' ? String(table) : '',
        from,
        ignoresUpTo: typeof ignoresUpTo === 'number' ? ignoresUpTo : null,
        isUnderstood:
          (src === 'all' || from !== null) &&
          Object.keys(rule).every((key) => UNDERSTOOD.has(key)) &&
          table !== undefined,
      };
    });
}

/** Packets of either direction meet such a rule, so both of its ends are cut off. */
function deniedBy(
  { dst, dstlen }: Readonly<Record<string, unknown>>,
  from: Prefix | null,
  family: Family,
): readonly Prefix[] {
  const length = typeof dstlen === 'number' ? `/${dstlen}` : '';
  const to = typeof dst === 'string' && dst !== 'all' ? parsePrefix(`${dst}${length}`, family) : null;
  return [from, to].flatMap((one) => one ?? []);
}

const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['priority', 'src', 'srclen', 'table', 'protocol', 'suppress_prefixlen'],
]);

function parsePrefix(word: string, family: Family): Prefix | null {
  if (word === 'default') return { family, first: 0n, length: 0 };
  const [host = '', bits] = word.split('/');
  const address = tryParseAddress(host);
  if (address?.family !== family) return null;
  return bits === undefined ? prefixOf(address) : blockOf(address, Number(bits));
}
