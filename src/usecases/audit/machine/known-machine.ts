import type { KnownHost } from '../../../verdict/advice/circumstances.ts';
import type { Access, RouteBackTo } from '../../../firewall/proof/access.ts';
import { passingBridges, type Links } from '../../../firewall/netfilter/machine/links.ts';
import { beyondLink, unknownMachine, type MachineFacts } from '../../../facts/machine-facts.ts';
import { isListening } from '../../../facts/listening.ts';
import type { Routing } from '../../../facts/routing/routing.ts';
import { sourceInterfaces } from '../../../facts/routing/source-interfaces.ts';
import type { Segment } from './own-segment.ts';
import { ANYWHERE, formatPrefix, prefixContains } from '../../../net/prefix.ts';
import type { FilterHook, FlowQuestion } from '../../../firewall/model/question.ts';
import type { NoWay } from '../../../firewall/proof/without-way.ts';
import { isLinkLocal } from '../../../net/special-addresses.ts';
import { noWays, type OnePacket } from './no-ways.ts';
import { FAMILIES, formatAddress, type Address, type Family } from '../../../net/address.ts';

/** What the command line says of the machine that runs the rules. */
export interface StatedMachine {
  /** Every address of it; none where nobody said. */
  readonly selfAddresses: readonly Address[];
  /** It is known to forward packets. */
  readonly isForwarding: boolean;
}

/**
 * The host as its own tools describe it. Who listens: on any of these addresses, or, where none is known, on any that other machines
 * can reach.
 */
export function knownHost(facts: MachineFacts | null, addresses: readonly Address[]): KnownHost | null {
  if (facts === null) return null;
  const { listeners, host, portRanges, otherFirewalls } = facts;
  const own = addresses.length > 0 ? addresses : (facts.addresses ?? []);
  return {
    name: host,
    addresses: beyondLink(facts),
    isListening: (port) =>
      listeners === null ? null : own.some((address) => isListening(listeners, port, address)),
    portRanges,
    otherFirewalls,
  };
}

type Interfaces = NonNullable<Access['interfaces']>;

export interface KnownMachine extends Pick<StatedMachine, 'selfAddresses'> {
  /** Whether it forwards packets; null where nobody knows. */
  readonly isForwarding: MachineFacts['isForwarding'];
  /** `selfAddresses` are all of them. */
  readonly isEverySelfKnown: boolean;
  /** By which interface sources come in on their way to these addresses, as the routes say; none: to any address of its own. */
  readonly interfacesTowards: (destinations: readonly Address[]) => Interfaces;
  /** By which interface answers from these addresses leave, as the routes say. */
  readonly routesBack: (destinations: readonly Address[]) => readonly RouteBackTo[];
  /**
   * The interface that packets have to come in by on their way to these addresses, unless by one without strict `rp_filter`; not sure
   * where a routing rule that was not followed may choose another one.
   */
  readonly strictWaysTo: (destinations: readonly Address[]) => Interfaces;
  readonly strict: MachineFacts['strict'];
  /** By which interface it forwards to all of these addresses, as the routes say; null where they leave it open. */
  readonly outInterfaceTo: (addresses: readonly Address[]) => string | null;
  /** Sources that it cannot answer, or lead on to these addresses, as its routes say; on a sender: where these lead nowhere, all. */
  readonly deadFor: (
    hook: FilterHook,
    destinations: readonly Address[],
    traced?: OnePacket,
  ) => readonly NoWay[];
  /** The networks on its links. */
  readonly links: readonly Segment[];
  readonly areLinksKnown: boolean;
  /** The same for questions; null where nobody collected them. */
  readonly linkedNetworks: FlowQuestion['linkNetworks'];
  /** Each with its ports that are up. */
  readonly bridges: Links['bridges'];
  /** Bridges without an address: they pass frames of anybody, wherever the routes lead. */
  readonly transparent: ReadonlySet<string>;
  /** What may keep frames from passing these. */
  readonly bridgeDoubts: MachineFacts['bridgeDoubts'];
  readonly emptyBridges: MachineFacts['emptyBridges'];
  /** The name by which chains of IP see what comes, or leaves, by this interface: of a port of a bridge that of the bridge. */
  readonly seenAs: (name: string | null) => string | null;
  readonly areFramesFiltered: MachineFacts['areFramesFiltered'];
  /** The network profile of all these addresses, of none: of all its own; null where it is not one. */
  readonly profileOf: (addresses: readonly Address[]) => number | null;
  readonly routing: MachineFacts['routing'];
  /** Interfaces that nothing comes in by. */
  readonly down: ReadonlySet<string>;
  readonly withoutIpv6: MachineFacts['withoutIpv6'];
  /** Every interface it has; null where nobody collected them. */
  readonly interfaceNames: ReadonlySet<string> | null;
  readonly assumptions: readonly string[];
  readonly withoutTables: MachineFacts['withoutTables'];
  /** Where sources may come in by other interfaces than their routes say. */
  readonly unsureWays: readonly string[];
}

/** What is stated, and what was collected where nothing is. */
export function knownMachine(stated: StatedMachine, facts: MachineFacts | null): KnownMachine {
  const collected = facts?.addresses ?? [];
  const selfAddresses = stated.selfAddresses.length > 0 ? stated.selfAddresses : collected;
  const isForwarding = stated.isForwarding
    ? { 4: true, 6: true }
    : (facts?.isForwarding ?? { 4: null, 6: null });
  const towards = (to: Address): Interfaces => {
    const known = facts?.routing[to.family] ?? null;
    const isSure = facts === null || isWaySure(facts, to.family);
    return known === null ? [] : sourceInterfaces(known, to).map((one) => ({ ...one, to, isSure }));
  };
  const strictly = (to: Address): Interfaces => {
    const known = facts?.routing[to.family] ?? null;
    if (known === null) return [];
    const rules = known.rules.filter(isPlain);
    const isSure = rules.length === known.rules.length;
    return sourceInterfaces({ ...known, rules }, to).map((one) => ({ ...one, to, isSure }));
  };
  const interfacesTowards = (destinations: readonly Address[]): Interfaces =>
    destinations.length > 0 ? destinations.flatMap(towards) : common(selfAddresses.map(towards));
  return {
    selfAddresses,
    isEverySelfKnown: selfAddresses.length > 0,
    isForwarding,
    interfacesTowards,
    routesBack: (destinations) => (facts === null ? [] : routesBack(facts, interfacesTowards(destinations))),
    strictWaysTo: (destinations) =>
      destinations.length > 0 ? destinations.flatMap(strictly) : common(selfAddresses.map(strictly)),
    strict: facts?.strict ?? unknownMachine('').strict,
    outInterfaceTo: (addresses) => {
      const names = new Set(addresses.map((address) => outInterfaceTo(address, facts)));
      const [only = null] = names;
      return names.size === 1 ? only : null;
    },
    deadFor: (hook, destinations, traced) =>
      noWays({
        ...{ facts, isForwarding, hook, destinations },
        ...{ traced: traced ?? null, stated: stated.selfAddresses },
      }),
    routing: facts?.routing ?? { 4: null, 6: null },
    down: new Set(facts?.down.keys()),
    withoutIpv6: facts?.withoutIpv6 ?? new Set(),
    interfaceNames: namesOf(facts),
    links: FAMILIES.flatMap((family) => (facts === null ? [] : linksOf(facts, family))),
    linkedNetworks: linkedNetworks(facts),
    areLinksKnown: facts !== null && facts.links !== null,
    bridges: facts?.links?.bridges ?? new Map<string, readonly string[]>(),
    transparent: transparentBridges(facts),
    bridgeDoubts: facts?.bridgeDoubts ?? [],
    emptyBridges: facts?.emptyBridges ?? [],
    seenAs: (name) => facts?.links?.masters.get(name ?? '') ?? name,
    areFramesFiltered: facts?.areFramesFiltered ?? { 4: false, 6: false },
    profileOf: (addresses) => {
      const asked = addresses.length > 0 ? addresses : selfAddresses;
      const found = new Set(asked.map((address) => facts?.profileOf(address) ?? null));
      const [only = null] = found;
      return found.size === 1 ? only : null;
    },
    assumptions: [...(facts?.assumptions ?? []), ...statedBesides(stated, facts)],
    withoutTables: facts?.withoutTables ?? null,
    unsureWays: facts === null ? [] : unsureWays(facts),
  };
}

/** Where the routes do not hold for every address that may be asked, they leave it open. */
function routesBack({ routing }: MachineFacts, towards: Interfaces): readonly RouteBackTo[] {
  return ANYWHERE.flatMap((every): readonly RouteBackTo[] => {
    const known = routing[every.family];
    if (known === null) return [];
    const hangsOnAddress = known.rules.some(({ from }) => from !== null);
    const told = towards.filter(({ from }) => from.family === every.family);
    return [
      ...told.map(({ from: to, name, to: source }) => ({
        ...{ to, interface: name, hangsOnAddress },
        ...(source === undefined ? {} : { source }),
      })),
      { to: every, interface: null, hangsOnAddress },
    ];
  });
}

/** For any packet to anywhere. */
function isPlain({ isFollowed, isInverted, to, action }: Routing['rules'][number]): boolean {
  return isFollowed && !isInverted && to === null && action.kind === 'table' && action.table !== null;
}

/** Stated addresses that its tools did not list. */
function statedBesides({ selfAddresses }: StatedMachine, facts: MachineFacts | null): readonly string[] {
  const collected = new Set(facts?.addresses?.map(formatAddress));
  if (facts === null || collected.size === 0) return [];
  const others = selfAddresses.map(formatAddress).filter((one) => !collected.has(one));
  if (others.length === 0) return [];
  return [
    `${facts.host} has the address${others.length === 1 ? '' : 'es'} ${others.join(', ')} (--self-address), which it did not have when it was collected`,
  ];
}

/**
 * The addresses of the host: where nobody said, the only one of its family that others can speak to. Where there are more, the
 * clients may use any of them.
 */
export function addressesOf(stated: readonly Address[], facts: MachineFacts | null): readonly Address[] {
  if (stated.length > 0 || facts === null) return stated;
  const own = beyondLink(facts);
  const ofFamily = FAMILIES.map((family) => own.filter((address) => address.family === family));
  return ofFamily.every(({ length }) => length <= 1) ? own : [];
}

/**
 * Further addresses of the machine, stated or collected: whatever listens on every address can be reached by them too. Those of other
 * hosts are asked about with these.
 */
export function unstatedAddresses(
  stated: readonly Address[],
  own: readonly Address[],
  ofOthers: readonly Address[],
): readonly Address[] {
  if (stated.length === 0) return [];
  const known = new Set([...stated, ...ofOthers].map(formatAddress));
  return own.filter((address) => !isLinkLocal(address) && !known.has(formatAddress(address)));
}

function transparentBridges(facts: MachineFacts | null): ReadonlySet<string> {
  const links = facts?.links ?? null;
  if (links === null) return new Set();
  const hasAddress = (name: string): boolean =>
    links.addresses.get(name)?.some((address) => !isLinkLocal(address)) === true;
  return new Set(passingBridges(links).filter((name) => !hasAddress(name)));
}

/** Where routing looks at the source as well, that of the packet is not known. */
function outInterfaceTo(address: Address, facts: MachineFacts | null): string | null {
  const known = facts?.routing[address.family] ?? null;
  if (known === null || known.rules.some(({ from }) => from !== null)) return null;
  return sourceInterfaces(known, address).find(({ from }) => prefixContains(from, address))?.name ?? null;
}

function namesOf(facts: MachineFacts | null): ReadonlySet<string> | null {
  const lower = facts?.links?.lower;
  return lower === undefined ? null : new Set(lower.keys());
}

function linkedNetworks(facts: MachineFacts | null): FlowQuestion['linkNetworks'] {
  if (facts === null || FAMILIES.every((family) => facts.routing[family] === null)) return null;
  return FAMILIES.flatMap((family) => linksOf(facts, family)).map(({ network }) => network);
}

function linksOf(facts: MachineFacts, family: Family): readonly Segment[] {
  const isSure = isWaySure(facts, family);
  return (facts.routing[family]?.routes ?? []).flatMap(({ to, interface: name, isOnLink }) =>
    isOnLink && name !== null && to.length > 0
      ? [{ network: to, interface: name, isSure, bridged: null }]
      : [],
  );
}

/** What holds for every address of a family. */
function common(each: readonly Interfaces[]): Interfaces {
  return FAMILIES.flatMap((family) => {
    const [first = [], ...others] = each
      .filter(([one]) => one?.from.family === family)
      .map((list) => list.map(({ from, name, isSure = true }) => ({ from, name, isSure })));
    return others.every((other) => keyOf(other) === keyOf(first)) ? first : [];
  });
}

const keyOf = (list: Interfaces): string =>
  list.map(({ from, name }) => `${formatPrefix(from)} ${name ?? ''}`).join();

/** Packets come in by the interface of the route to their source: the kernel drops others, or there is no other interface. */
function isWaySure({ routing, strict, interfaces }: MachineFacts, family: Family): boolean {
  const ofRoutes = (routing[family]?.routes ?? []).map((route) => route.interface);
  const known = interfaces === null ? ofRoutes : ofRoutes.filter((name) => name !== null);
  return strict[family] === 'every' || new Set([...known, ...(interfaces ?? [])]).size < 2;
}

function unsureWays(facts: MachineFacts): readonly string[] {
  return FAMILIES.flatMap((family) => {
    const routes = facts.routing[family]?.routes ?? [];
    // Those to link-local addresses name none.
    const isNone = routes.every((route) => route.interface === null);
    if (isNone || isWaySure(facts, family)) return [];
    const strict = facts.strict[family];
    const others = strict !== 'every' && strict.size > 0 ? 'any other without strict rp_filter' : 'any other';
    return [
      `IPv${family} sources come in by the interface of their route on ${facts.host} or by ${others} (${REASON[family]}; --interface WHO=NAME states it)`,
    ];
  });
}

const REASON = {
  4: 'rp_filter is not 1 on every interface',
  6: 'the kernel checks no reverse path of IPv6',
} as const satisfies Record<Family, string>;
