import { compareAddresses, formatAddress, type Address } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Host, Site } from '../site/site.ts';
import { endpointsOf } from './endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import type { Role } from './role.ts';

/** Who must, or must not, be able to connect to what: one endpoint at one address of one host. */
export interface Flow {
  /** `ROLE>HOST/ENDPOINT@ADDRESS`; `?` where the host has no address. */
  readonly id: string;
  readonly from: { readonly role: Role | 'all'; readonly addresses: readonly Prefix[] };
  readonly endpoint: Endpoint;
  readonly host: Host;
  readonly address: Address | null;
  readonly expected: 'reachable' | 'blocked';
}

/**
 * The flows of somebody who claims every role at once: every endpoint of every host, at every address of the host, is
 * expected reachable. Sorted by host as given, then address, then endpoint.
 */
export function flowsAsAll(site: Site): readonly Flow[] {
  return site.hosts.flatMap((host) => {
    const endpoints = endpointsOf(host, site);
    const addresses = host.addresses.length === 0 ? [null] : [...host.addresses].sort(compareAddresses);
    return addresses.flatMap((address) => endpoints.map((endpoint) => flowAsAll(host, endpoint, address)));
  });
}

/** The same flow to another address of its host. */
export function flowAt(flow: Flow, address: Address): Flow {
  return { ...flow, id: flowId(flow.from.role, flow.host, flow.endpoint, address), address };
}

function flowAsAll(host: Host, endpoint: Endpoint, address: Address | null): Flow {
  const id = flowId('all', host, endpoint, address);
  return { id, from: { role: 'all', addresses: [] }, endpoint, host, address, expected: 'reachable' };
}

function flowId(role: string, host: Host, endpoint: Endpoint, address: Address | null): string {
  return `${role}>${host.key}/${endpoint.id}@${address === null ? '?' : formatAddress(address)}`;
}
