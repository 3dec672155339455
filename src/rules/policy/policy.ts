import { InputError } from '../../input-error.ts';
import { comparePrefixes, formatPrefix, mergePrefixes, prefixOf, type Prefix } from '../../net/prefix.ts';
import { toPortRanges, type PortRange, type Transport } from '../../net/port-range.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import { endpointsOf, alternateUdpEndpoints } from '../../ports/endpoints.ts';
import { sourcesOf } from '../../ports/peers.ts';
import type { Role } from '../../deployment/role.ts';
import { selectedHosts } from '../../deployment/selected-hosts.ts';
import type { Host, Site } from '../../deployment/site.ts';

/** `host`: rules on the machine itself, which never match a destination. `gateway`: on a router in front of the hosts. */
export const PLACEMENTS = ['host', 'gateway'] as const;

export type Placement = (typeof PLACEMENTS)[number];

/** Some ports of one transport: at the given addresses, or (`null`) at whatever addresses the machine has. */
export interface PortsAt {
  readonly transport: Transport;
  /** Sorted, joined, never empty. */
  readonly ports: readonly PortRange[];
  readonly destinations: readonly Prefix[] | null;
}

/** Lets the sources in to the target, whatever the state of the connection. */
export interface Accept extends PortsAt {
  /** Merged, never empty; both families may be among them. */
  readonly sources: readonly Prefix[];
  /** What the ports are for, in the scheme's words. */
  readonly purposes: readonly string[];
  /** Whose addresses the sources are. */
  readonly roles: readonly Role[];
}

/** What a firewall is to do with new connections: accepted first, and everything else to a refused target refused. */
export interface Policy {
  readonly placement: Placement;
  readonly accepts: readonly Accept[];
  /** Every Viz World port of the hosts; under `auto` those of the other reading too. No other port is ever refused. */
  readonly refusals: readonly PortsAt[];
}

/** The policy of one machine. */
export function hostPolicy(host: Host, site: Site): Policy {
  return { placement: 'host', accepts: acceptsOf(host, site, null), refusals: refusalsOf(host, site, null) };
}

/**
 * The policy of a router in front of the hosts of the site; what is alike for several hosts becomes one entry.
 * @throws InputError when a host has no address.
 */
export function gatewayPolicy(site: Site): Policy {
  const each = selectedHosts(site).map((host) => ({ host, destinations: destinationsOf(host) }));
  return {
    placement: 'gateway',
    accepts: joinAlike(each.flatMap(({ host, destinations }) => acceptsOf(host, site, destinations))),
    refusals: joinAlike(each.flatMap(({ host, destinations }) => refusalsOf(host, site, destinations))),
  };
}

function destinationsOf({ key, addresses }: Host): readonly Prefix[] {
  if (addresses.length > 0) return addresses.map(prefixOf).sort(comparePrefixes);
  throw new InputError({
    code: 'no-host-address',
    message: `rules for a gateway need the address of every host; ${key} has none`,
    fix: 'give it, for example with --host 10.20.0.11 or in a site file, or use --placement host',
  });
}

function acceptsOf(host: Host, site: Site, destinations: readonly Prefix[] | null): readonly Accept[] {
  const isSomebody = (role: Role): boolean => sourcesOf(role, host, site).length > 0;
  const groups = new Map<string, { readonly roles: readonly Role[]; readonly endpoints: Endpoint[] }>();
  for (const endpoint of everyEndpoint(host, site)) {
    const roles = endpoint.audience.filter(isSomebody);
    if (roles.length === 0) continue;
    const key = [endpoint.transport, ...roles].join(' ');
    const group = groups.get(key) ?? { roles, endpoints: [] };
    group.endpoints.push(endpoint);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ roles, endpoints }) =>
    targets(endpoints, destinations).map((target) => ({
      ...target,
      sources: mergePrefixes(roles.flatMap((role) => sourcesOf(role, host, site))),
      purposes: [...new Set(endpoints.map(({ purpose }) => purpose))],
      roles,
    })),
  );
}

function refusalsOf(host: Host, site: Site, destinations: readonly Prefix[] | null): readonly PortsAt[] {
  return targets(everyEndpoint(host, site), destinations);
}

function everyEndpoint(host: Host, site: Site): readonly Endpoint[] {
  return [...endpointsOf(host, site), ...alternateUdpEndpoints(host, site)];
}

/** One target a transport. */
function targets(endpoints: readonly Endpoint[], destinations: readonly Prefix[] | null): readonly PortsAt[] {
  return (['tcp', 'udp'] as const).flatMap((transport) => {
    const own = endpoints.filter((endpoint) => endpoint.transport === transport);
    if (own.length === 0) return [];
    return [{ transport, ports: toPortRanges(own.map(({ port }) => port)), destinations }];
  });
}

/** Entries that differ in nothing but their destinations, joined in the order of their first one. */
function joinAlike<T extends PortsAt>(entries: readonly T[]): readonly T[] {
  const joined = new Map<string, T>();
  for (const entry of entries) {
    const key = JSON.stringify(entry, textOfAllButDestinations);
    const other = joined.get(key);
    const destinations = [...(other?.destinations ?? []), ...(entry.destinations ?? [])];
    joined.set(key, { ...(other ?? entry), destinations: destinations.sort(comparePrefixes) });
  }
  return [...joined.values()];
}

function textOfAllButDestinations(key: string, value: unknown): unknown {
  if (key === 'destinations') return null;
  return key === 'sources' ? (value as readonly Prefix[]).map(formatPrefix) : value;
}
