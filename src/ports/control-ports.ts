import type { Address } from '../net/address.ts';
import { MAX_PORT, type PortRange } from '../net/port-range.ts';
import type { Host, Site } from '../deployment/site.ts';
import { endpointsOf } from './endpoints.ts';
import { exploratoryProbes } from './exploratory-probes.ts';
import { selectedHosts } from '../deployment/selected-hosts.ts';

/**
 * A TCP port that Viz World does not use. Where such ports answer as the others do, something on the way completes every
 * handshake, and none of them proves anything.
 */
export interface ControlPort {
  readonly kind: 'control';
  readonly host: Host;
  readonly address: Address;
  readonly endpoint: { readonly transport: 'tcp'; readonly application: null; readonly port: number };
}

/** Above the scheme, and below what systems take for outgoing connections: such a connection could meet itself. */
export const CONTROL_RANGE: PortRange = { first: 20_001, last: 32_767 };

/** A range that holds ports of the scheme: a proxy or REDIRECT for such a range answers at its unused end as well. */
export interface NearRange extends PortRange {
  readonly kind: 'hundred' | 'well-known';
  readonly unused: PortRange;
}

/** The ports of a first server instance are among these; little listens at the upper end, and one port alone decides nothing. */
const WELL_KNOWN: NearRange = {
  kind: 'well-known',
  first: 1,
  last: 1023,
  unused: { first: 650, last: 1023 },
};

/** The well-known ports, the hundreds of client ports, internal UDP ports and HTTP ports of the site, and the ends that small sites leave unused. */
export function nearRangesOf({ portOffset }: Pick<Site, 'portOffset'>): readonly NearRange[] {
  const hundreds = [10_100, 10_200, 10_300].map((first): NearRange => ({
    kind: 'hundred',
    first,
    last: first + 99,
    unused: { first: first + 50, last: first + 99 },
  }));
  return [WELL_KNOWN, ...hundreds]
    .map(({ kind, first, last, unused }) => ({
      kind,
      first: first + portOffset,
      last: last + portOffset,
      unused: { first: unused.first + portOffset, last: unused.last + portOffset },
    }))
    .filter(({ last }) => last <= MAX_PORT);
}

/** Ports that the site uses, or that are asked to tell whether it does. */
export function usedPortsOf(site: Site): ReadonlySet<number> {
  const own = site.hosts.flatMap((host) => endpointsOf(host, site));
  return new Set(
    [...own, ...exploratoryProbes(site).map(({ endpoint }) => endpoint)].map(({ port }) => port),
  );
}

/** These ports at every address of every selected host. */
export function controlPortsAt(site: Site, ports: readonly number[]): readonly ControlPort[] {
  return selectedHosts(site).flatMap((host) =>
    host.addresses.flatMap((address) =>
      ports.map((port): ControlPort => ({ kind: 'control', host, address, endpoint: controlEndpoint(port) })),
    ),
  );
}

export function controlEndpoint(port: number): ControlPort['endpoint'] {
  return { transport: 'tcp', application: null, port };
}
