import type { Address, Family } from '../../net/address.ts';
import { addressSet, singleAddress, toPrefixes } from '../../net/address-set.ts';
import { intersect, subtract, union, unionOf, type IntervalSet } from '../../net/interval-set.ts';
import type { Prefix } from '../../net/prefix.ts';
import { ANY_UNICAST, LINK_LOCAL } from '../../net/special-addresses.ts';
import { flowQuestion, type FlowQuestion, type RouteBack } from '../model/question.ts';
import { standsAlone } from '../netfilter/machine/links.ts';
import type { NoWay } from './without-way.ts';

/** Can all who must get in, or (`blocked`) can anybody but those who may? */
export interface Access extends Pick<FlowQuestion, 'transport' | 'port' | 'hook' | 'interface'> {
  readonly expected: 'reachable' | 'blocked';
  readonly permitted: readonly Prefix[];
  /**
   * The interface of some of the sources, the first that has an address counting; that of the rest is `interface`. `to`: on the way to
   * that address only. Where it is not sure, they count as by that interface and as by any. `framesOnLink`: see {@link FlowQuestion}.
   */
  readonly interfaces?: readonly {
    readonly from: Prefix;
    readonly name: string | null;
    readonly to?: Address;
    readonly isSure?: boolean;
    readonly framesOnLink?: FlowQuestion['framesOnLink'];
  }[];
  /** By which interface answers to sources leave, the first that has an address counting; none: by that they come in by. */
  readonly routesBack?: readonly RouteBackTo[];
  /**
   * Hook forward: whether the machine may pass frames between the ends by a bridge: `unless-routed`: but where they are known to be on
   * different interfaces; `within-bridge`: only where both are on one that may be a bridge.
   */
  readonly bridging?: 'none' | 'within-bridge' | 'unless-routed';
  /** Hook forward: the interface towards the destinations; any where nobody said. */
  readonly outInterface?: string | null;
  /** Those without an interface of their own may come by any besides `interface`. */
  readonly mayComeByAny?: boolean;
  /** It may be reached by any besides `outInterface`. */
  readonly mayLeaveByAny?: boolean;
  /** Addresses of the host; none where nobody said. */
  readonly destinations: readonly Address[];
  /** Where the host answers if NAT leads there from the destinations; at them where left out. */
  readonly servedAt?: readonly Address[];
  /** Addresses of the machine that runs the rules, as far as known. */
  readonly selfAddresses: readonly Address[];
  /** These are all of them. */
  readonly isEverySelfKnown?: boolean;
  /** Whether the machine forwards packets; null where that is not known. */
  readonly isForwarding?: Readonly<Record<Family, boolean | null>>;
  /** The networks on the links of the machine; null where nobody knows them. */
  readonly linkNetworks?: FlowQuestion['linkNetworks'];
  /** The network profile of the interface (Windows); any where nobody said. */
  readonly profile?: number | null;
  /** Sources that the routes of the machine may keep from being answered, whatever the rules say. */
  readonly dead?: readonly NoWay[];
  /** Who may connect where, by either transport; see {@link FlowQuestion.admitted}. */
  readonly admitted?: readonly (FlowQuestion['admitted'][number] & Pick<FlowQuestion, 'transport'>)[];
  /** Addresses of other hosts, as far as known. */
  readonly otherAddresses?: readonly Address[];
}

/** The way of answers to some addresses. `source`: of answers from that address only. */
export interface RouteBackTo extends RouteBack {
  readonly to: Prefix;
  readonly source?: Address;
}

/** What is asked about these sources: of each address of the host, and of each way the sources may come, a list of questions that share them out. */
export function questionsOf(
  access: Access,
  sources: IntervalSet,
  family: Family,
): readonly (readonly FlowQuestion[])[] {
  const destinations = destinationsOf(access, family);
  const { transport, port, hook, selfAddresses, isEverySelfKnown = false, otherAddresses = [] } = access;
  const hostAddresses = access.servedAt ?? access.destinations;
  const addresses = { selfAddresses, isEverySelfKnown, hostAddresses, otherAddresses };
  const { profile = null, bridging = 'none', linkNetworks = null } = access;
  const isForwarding = access.isForwarding?.[family] ?? null;
  const asker: Pick<FlowQuestion, 'sender' | 'servedOn' | 'isForwarding' | 'admitted'> =
    access.expected === 'blocked'
      ? { sender: 'anybody', servedOn: 'any-port', isForwarding, admitted: admittedBy(access) }
      : { sender: 'every-client', servedOn: 'same-port', isForwarding, admitted: [] };
  const aims = destinations.flatMap((destination) => {
    const named = interfacesTowards(destination, access);
    const back = (access.routesBack ?? []).filter(({ source }) => isSameAddress(source, destination));
    return waysIn(access).flatMap((bare) =>
      surelyAndPerhaps(named).flatMap((interfaces) => {
        const groups = byInterface(sources, { interface: bare, interfaces }, family)
          .flatMap((group) => byRouteBack(group, back, family))
          .map(({ from, ...way }) => ({ way, prefixes: toPrefixes(from, family) }));
        return waysOut(access).map((outInterface) => ({ destination, outInterface, groups }));
      }),
    );
  });
  return aims.map(({ destination, outInterface, groups }) =>
    groups.map(({ way, prefixes }) => {
      const known = {
        transport,
        port,
        hook,
        interface: way.name,
        framesOnLink:
          way.framesOnLink === 'none' && mayPassBridge(bridging, way.name, outInterface)
            ? 'unseen'
            : way.framesOnLink,
        routeBack: way.routeBack,
        outInterface,
        profile,
        linkNetworks,
        ...addresses,
        ...asker,
      };
      return flowQuestion({ ...known, sources: prefixes, destination });
    }),
  );
}

function admittedBy({ admitted = [], transport: asked }: Access): FlowQuestion['admitted'] {
  return admitted
    .filter(({ transport }) => transport === asked)
    .map(({ port, at, from }) => ({ port, at, from }));
}

/** Whether frames between these interfaces, null for any, may pass a bridge. */
export function mayPassBridge(
  bridging: NonNullable<Access['bridging']>,
  from: string | null,
  to: string | null,
): boolean {
  switch (bridging) {
    case 'none':
      return false;
    case 'within-bridge':
      return from !== null && from === to && !standsAlone(from);
    case 'unless-routed':
      return from === null || to === null || from === to;
  }
}

/** The interfaces that sources without one of their own may come by, null for any. */
function waysIn({ interface: name, mayComeByAny = false }: Access): readonly (string | null)[] {
  return mayComeByAny && name !== null ? [name, null] : [name];
}

function waysOut({ outInterface: name = null, mayLeaveByAny = false }: Access): readonly (string | null)[] {
  return mayLeaveByAny && name !== null ? [name, null] : [name];
}

/** The interfaces as they are named, and, where some are not sure, any in their place. */
function surelyAndPerhaps(
  named: NonNullable<Access['interfaces']>,
): readonly NonNullable<Access['interfaces']>[] {
  const sure = named.map((one) => (one.isSure === false ? { ...one, name: null } : one));
  return sure.every(({ name }, at) => name === named[at]?.name) ? [named] : [named, sure];
}

/** Those that say something of sources which speak to this address; where it is not known, what holds for every address. */
function interfacesTowards(
  destination: Address | null,
  { interfaces = [] }: Access,
): NonNullable<Access['interfaces']> {
  return interfaces.filter(({ to }) => isSameAddress(to, destination));
}

/** @param one none: any */
function isSameAddress(one: Address | undefined, other: Address | null): boolean {
  return one === undefined || (one.family === other?.family && one.value === other.value);
}

/** The sources of each interface. */
function byInterface(
  sources: IntervalSet,
  { interface: name, interfaces = [] }: Pick<Access, 'interface' | 'interfaces'>,
  family: Family,
): readonly (Way & { readonly from: IntervalSet })[] {
  const found = new Map<string, Way & { readonly from: IntervalSet }>();
  let rest = sources;
  const add = (way: Way, from: IntervalSet): void => {
    const key = JSON.stringify(way);
    if (from.length > 0) found.set(key, { ...way, from: union(found.get(key)?.from ?? [], from) });
    rest = subtract(rest, from);
  };
  for (const { name: own, framesOnLink = 'none', from } of interfaces) {
    if (from.family === family) add({ name: own, framesOnLink }, intersect(rest, addressSet([from], family)));
  }
  add({ name, framesOnLink: 'none' }, rest);
  return [...found.values()];
}

/** The group, shared out by how answers leave. From link to link a bridge takes them, and a link-local address is on the link it came by. */
function byRouteBack(
  { from, ...way }: Way & { readonly from: IntervalSet },
  routesBack: readonly RouteBackTo[],
  family: Family,
): readonly (Way & { readonly routeBack: RouteBack | null; readonly from: IntervalSet })[] {
  const onLink = family === 6 ? intersect(from, LINK_LOCAL[6]) : [];
  let rest = way.framesOnLink === 'none' ? subtract(from, onLink) : [];
  const found = new Map<string, { readonly routeBack: RouteBack; readonly from: IntervalSet }>();
  for (const { to, interface: name, hangsOnAddress } of routesBack) {
    const those = to.family === family ? intersect(rest, addressSet([to], family)) : [];
    if (those.length === 0) continue;
    rest = subtract(rest, those);
    const routeBack = { interface: name, hangsOnAddress };
    const key = JSON.stringify(routeBack);
    found.set(key, { routeBack, from: union(found.get(key)?.from ?? [], those) });
  }
  const known = [...found.values()];
  const unknown = subtract(from, unionOf(known.map((one) => one.from)));
  return [...known, ...(unknown.length > 0 ? [{ routeBack: null, from: unknown }] : [])].map((one) => ({
    ...way,
    ...one,
  }));
}

/** How sources come. */
interface Way {
  readonly name: string | null;
  readonly framesOnLink: FlowQuestion['framesOnLink'];
}

function destinationsOf({ destinations }: Access, family: Family): readonly (Address | null)[] {
  return destinations.length === 0 ? [null] : destinations.filter((address) => address.family === family);
}

/**
 * The sources asked about: addresses a machine on the network can have, the host's own left out, since what goes on inside a
 * machine needs no rule. A source that is nothing but such addresses was stated so, and stays.
 */
export function sourcesOf(access: Access, family: Family): IntervalSet {
  if (destinationsOf(access, family).length === 0) return [];
  const { expected, permitted } = access;
  const network = networkOf(access, family);
  if (expected === 'blocked') return subtract(network, addressSet(permitted, family));
  return union(
    ...permitted
      .filter((prefix) => prefix.family === family)
      .map((prefix) => {
        const stated = addressSet([prefix], family);
        const onNetwork = intersect(stated, network);
        return onNetwork.length > 0 ? onNetwork : stated;
      }),
  );
}

/** Addresses that sources can have: those of other machines; where the machine connects itself, its own too. */
export function networkOf({ destinations, selfAddresses, hook }: Access, family: Family): IntervalSet {
  const inside = hook === 'output' ? destinations : [...destinations, ...selfAddresses];
  const own = inside.filter((address) => address.family === family);
  return subtract(ANY_UNICAST[family], union(...own.map(singleAddress)));
}
