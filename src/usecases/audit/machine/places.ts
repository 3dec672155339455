import { interfacesOfRoutes, mayLeaveBy } from '../../../facts/routing/leaving-by.ts';
import type { Route, Routing } from '../../../facts/routing/routing.ts';
import { addressSet, eachFamily, toPrefixes } from '../../../net/address-set.ts';
import { FAMILIES, type Address, type Family } from '../../../net/address.ts';
import { isInnerBridge } from '../../../net/inner-interface.ts';
import {
  intersect,
  isWithin,
  overlaps,
  subtract,
  unionOf,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import { formatPrefix, overlap, prefixOf, type Prefix } from '../../../net/prefix.ts';
import { setSize } from '../../../net/set-size.ts';
import type { Unstated } from '../../../verdict/advice/circumstances.ts';
import type { KnownMachine } from './known-machine.ts';

/** By which interface somebody is stated to come in; from null: everybody else, name null: nobody said. */
export interface StatedPlace {
  readonly from: Prefix | null;
  readonly name: string | null;
}

/** About whom, and who answers. */
export interface Asked {
  /** Who needs the answers. */
  readonly sources: readonly Prefix[];
  /** The first that has an address counts. */
  readonly places: readonly StatedPlace[];
  /** The addresses that answer; none: nobody knows which. */
  readonly destinations: readonly Address[];
}

/** The hosts that a gateway sends to. */
export interface Aims {
  readonly addresses: readonly Address[];
  /** Who sends to them. */
  readonly sources: readonly Prefix[];
  /** By which interface they are stated to be reached; null: nobody said. */
  readonly name: string | null;
}

type Known = Pick<KnownMachine, 'routing' | 'down' | 'emptyBridges'>;

/**
 * What a collected machine takes for granted of where its peers are: answers go where the routes lead, whoever has these addresses
 * elsewhere. Whoever is anywhere is not meant to be there.
 */
export function unsurePlaces({ sources, places, destinations }: Asked, known: Known): readonly Unstated[] {
  const meant = sources.filter(({ length }) => length > 0);
  return unsureOf('answers', { meant, places, from: destinations }, known);
}

/** The same of the hosts behind a gateway: packets go where the routes lead. */
export function unsureAims({ addresses, sources, name }: Aims, known: Known): readonly Unstated[] {
  const routing = eachFamily((family) => {
    const all = known.routing[family];
    return all === null ? null : routingFor(sources, all);
  });
  const places = [{ from: null, name }];
  return unsureOf('packets', { meant: addresses.map(prefixOf), places, from: [] }, { ...known, routing });
}

/** Without rules for other sources, and what only these look up. */
function routingFor(sources: readonly Prefix[], all: Routing): Routing {
  const rules = all.rules.filter(
    ({ from, isInverted }) => from === null || isInverted || sources.some((one) => overlap(one, from)),
  );
  if (rules.length === all.rules.length) return all;
  const tables = new Set(rules.map(({ action }) => (action.kind === 'table' ? action.table : null)));
  return { ...all, rules, routes: all.routes.filter(({ table }) => tables.has(table)) };
}

interface Sent {
  readonly meant: readonly Prefix[];
  readonly places: readonly StatedPlace[];
  /** The addresses they are sent from; none: nobody knows which. */
  readonly from: readonly Address[];
}

function unsureOf(what: Ways['what'], sent: Sent, known: Known): readonly Unstated[] {
  return FAMILIES.flatMap((family) => {
    const routing = known.routing[family];
    const all = addressSet(sent.meant, family);
    if (routing === null || all.length === 0) return [];
    const leaving = interfacesOfRoutes(routing).map((name) => ({
      name,
      of: mayLeaveBy(routing, name, { from: sent.from, family }),
    }));
    const { down, emptyBridges } = known;
    const ways: Ways = { what, family, routing, leaving, down, emptyBridges };
    let rest = all;
    const parts = [...sent.places, { from: null, name: null }].map(({ from, name }) => {
      const of = from === null ? rest : intersect(rest, addressSet([from], family));
      rest = subtract(rest, of);
      return { of, name };
    });
    return parts.flatMap(({ of, name }) =>
      name === null
        ? [...chosenFor(of, ways), ...guessedFor(of, sent.meant, ways)]
        : answeredElsewhere(of, name, ways),
    );
  });
}

interface Ways {
  readonly what: 'answers' | 'packets';
  readonly family: Family;
  readonly routing: Routing;
  /** By which interface they may leave to whom. */
  readonly leaving: readonly { readonly name: string; readonly of: IntervalSet }[];
  readonly down: ReadonlySet<string>;
  readonly emptyBridges: readonly string[];
}

/** Who is at an interface, while what is sent to him may leave by another that is not on the same network. */
function answeredElsewhere(those: IntervalSet, name: string, ways: Ways): readonly Unstated[] {
  const { what, family, leaving } = ways;
  const stated = what === 'answers' ? `they come in by ${name}` : `${name} is stated to lead there`;
  return leaving.flatMap((way): readonly Unstated[] => {
    if (way.name === name) return [];
    const lost = subtract(intersect(those, way.of), sharedBy(name, way.name, ways));
    if (lost.length === 0) return [];
    return [
      {
        text: `${what} to ${named(lost, family)} leave by ${way.name}, where the routes lead, though ${stated}`,
        settledBy: 'route',
      },
    ];
  });
}

/** The networks that two interfaces are both in, in one table: a rule that leads a network elsewhere does it in a table of its own. */
function sharedBy(one: string, other: string, { routing, family }: Ways): IntervalSet {
  const linksOf = (name: string): readonly Route[] =>
    routing.routes.filter((route) => route.isConnected && isLink(route) && isBy(route, name));
  const keyOf = ({ table, to }: Route): string => `${table} ${formatPrefix(to)}`;
  const ofOther = new Set(linksOf(other).map(keyOf));
  return addressSet(
    linksOf(one)
      .filter((route) => ofOther.has(keyOf(route)))
      .map(({ to }) => to),
    family,
  );
}

/** Whom they may leave to by either of two interfaces: a mark, a user or a port chooses, or each connection another one. */
function chosenFor(those: IntervalSet, { what, family, leaving }: Ways): readonly Unstated[] {
  const own = leaving.map(({ name, of }) => ({ name, of: intersect(those, of) }));
  const doubtful = unionOf(
    own.flatMap((one, at) => own.slice(at + 1).map((other) => intersect(one.of, other.of))),
  );
  if (doubtful.length === 0) return [];
  const names = own.flatMap(({ name, of }) => (overlaps(of, doubtful) ? [name] : [])).sort();
  const text = `${what} to ${named(doubtful, family)} leave by whichever of ${names.join(', ')} the routes and routing rules choose`;
  return [{ text, settledBy: 'route' }];
}

/** Whom a route leads to by one interface, and who may as well be where another one leads. */
function guessedFor(those: IntervalSet, meant: readonly Prefix[], ways: Ways): readonly Unstated[] {
  const { family, routing, leaving } = ways;
  return routing.routes.flatMap((route): readonly Unstated[] => {
    const { to, interface: name } = route;
    const used = leaving.find((way) => way.name === name)?.of ?? [];
    const concerned = intersect(intersect(those, used), addressSet([to], family));
    if (name === null || concerned.length === 0) return [];
    const where = placeOf(route, name, concerned, ways);
    if (where === null) return [];
    const owners = meant.filter((one) => overlap(one, to));
    return owners.map((one) => {
      const network = formatPrefix(one.length > to.length && to.length < WIDEST[family] ? one : to);
      return {
        text: `the addresses in ${network} are ${where}`,
        settledBy: '--interface' as const,
        value: `${network}=${name}`,
      };
    });
  });
}

/** No network is wider: what such a route leads to is named by who is meant. */
const WIDEST = { 4: 8, 6: 7 } as const satisfies Record<Family, number>;

/** Null where there is no other place for its addresses. */
function placeOf(route: Route, name: string, those: IntervalSet, ways: Ways): string | null {
  if (isInnerBridge(name) && isLink(route))
    return `those of containers or virtual machines of this machine (${name}), and of nobody elsewhere`;
  if (ways.emptyBridges.includes(name) && isLink(route))
    return `at ${name}, a bridge without a port, and nowhere else`;
  if (ways.down.has(name)) return null;
  const wider = ways.routing.routes.find((other) => isAlsoPlace(other, route, { name, those }, ways));
  if (wider === undefined) return null;
  const by = `at ${name}, and not at ${wider.interface ?? ''}`;
  return isLink(wider)
    ? `${by}, whose network ${formatPrefix(wider.to)} has them too`
    : `${by}, where the ${wider.to.length === 0 ? 'default route' : `route to ${formatPrefix(wider.to)}`} leads`;
}

/** A link or a route that held these addresses, if a longer prefix, a table that is looked at before or most of its halves did not take them from it. */
function isAlsoPlace(
  other: Route,
  route: Route,
  { name, those }: { readonly name: string; readonly those: IntervalSet },
  ways: Ways,
): boolean {
  const { family, routing, leaving, down } = ways;
  const { interface: by, to, leads } = other;
  if (by === null || by === name || down.has(by) || leads !== 'on' || !overlap(to, route.to)) return false;
  if (isLink(other)) {
    const isWider = to.length < route.to.length || (to.length === route.to.length && other.isConnected);
    return (
      (isWider || other.table !== route.table) &&
      overlaps(subtract(those, sharedBy(name, by, ways)), addressSet([to], family))
    );
  }
  if (to.length > route.to.length) return false;
  // What a rule for some destinations alone looks up, no route shows.
  if (other.table !== route.table && isForSome(route, routing)) return true;
  if (!isForAll(other, route, routing)) return false;
  const taken = leaving.find((way) => way.name === name)?.of ?? [];
  const whole = to.length < UNICAST6.length && family === 6 ? UNICAST6 : to;
  const set = addressSet([whole], family);
  const part = intersect(taken, set);
  return isWithin(set, taken) || setSize(part) * 2n >= setSize(set);
}

function isForSome({ table }: Route, { rules }: Routing): boolean {
  return rules.some(
    ({ action, to, isInverted }) =>
      action.kind === 'table' && action.table === table && to !== null && !isInverted,
  );
}

/** No rule for some addresses alone puts one of these routes before the other. */
function isForAll(a: Route, b: Route, { rules }: Routing): boolean {
  const isPlain = (table: string): boolean =>
    rules.some(
      ({ action, from, to, isInverted, isFollowed }) =>
        action.kind === 'table' &&
        action.table === table &&
        from === null &&
        to === null &&
        !isInverted &&
        isFollowed,
    );
  return a.table === b.table || (isPlain(a.table) && isPlain(b.table));
}

/** Where all of IPv6 is that is routed anywhere. */
const UNICAST6: Prefix = { family: 6, first: 0x2000n << 112n, length: 3 };

function isLink({ isOnLink, to }: Route): boolean {
  return isOnLink && to.length > 0;
}

function isBy({ hops }: Route, name: string): boolean {
  return hops.some((hop) => hop.interface === name);
}

function named(set: IntervalSet, family: Family): string {
  const prefixes = toPrefixes(set, family, MOST_NAMED + 1).map(formatPrefix);
  const more = prefixes.length > MOST_NAMED ? ' and others' : '';
  return `${prefixes.slice(0, MOST_NAMED).join(', ')}${more}`;
}

const MOST_NAMED = 3;
