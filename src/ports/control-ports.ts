import type { Address } from '../net/address.ts';
import type { Host, Site } from '../site/site.ts';
import { endpointsOf } from './endpoints.ts';
import { selectedHosts } from './selected-hosts.ts';

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
export const CONTROL_RANGE = { first: 20_001, last: 32_767 } as const;

/** These ports at every address of every selected host, but for those that are the site's own. */
export function controlPortsOf(site: Site, ports: readonly number[], count: number): readonly ControlPort[] {
  const own = new Set(site.hosts.flatMap((host) => endpointsOf(host, site)).map(({ port }) => port));
  const chosen = ports.filter((port) => !own.has(port)).slice(0, count);
  return selectedHosts(site).flatMap((host) =>
    host.addresses.flatMap((address) =>
      chosen.map((port): ControlPort => ({
        kind: 'control',
        host,
        address,
        endpoint: controlEndpoint(port),
      })),
    ),
  );
}

export function controlEndpoint(port: number): ControlPort['endpoint'] {
  return { transport: 'tcp', application: null, port };
}
