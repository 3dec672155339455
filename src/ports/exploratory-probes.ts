import { InputError } from '../input-error.ts';
import type { Address } from '../net/address.ts';
import { CONFIG_ENDPOINT } from '../deployment/endpoint-id.ts';
import type { Host, Site } from '../deployment/site.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointsOf, hasAllocator } from './endpoints.ts';
import { selectedHosts } from '../deployment/selected-hosts.ts';

/**
 * A port nobody expects, asked to tell how the deployment really is: one of an instance beyond the stated ones, or the HTTP
 * port that only the other reading of the guide has. Never counted among the flows.
 */
export interface ExploratoryProbe {
  readonly kind: 'extra-instance' | 'other-reading';
  readonly host: Host;
  readonly address: Address;
  readonly endpoint: Endpoint;
}

/** Instances looked for beyond the stated ones. */
const EXTRA = 2;

/** The scouts for every address of every selected host. */
export function exploratoryProbes(site: Site): readonly ExploratoryProbe[] {
  return selectedHosts(site).flatMap((host) => {
    const scouts = [...extraInstances(host, site), ...otherReading(host, site)];
    return host.addresses.flatMap((address) => scouts.map((scout) => ({ ...scout, host, address })));
  });
}

type Kind = Pick<ExploratoryProbe, 'kind' | 'endpoint'>;

function extraInstances(host: Host, site: Site): readonly Kind[] {
  if (!hasAllocator(site)) return [];
  return endpointsUpTo(host, host.instances + EXTRA, site)
    .filter(
      ({ id, instance, transport }) =>
        (instance ?? 0) > host.instances && transport === 'tcp' && id !== CONFIG_ENDPOINT,
    )
    .map((endpoint) => ({ kind: 'extra-instance', endpoint }));
}

/** As many of the extra instances as the scheme has room for. */
function endpointsUpTo(host: Host, instances: number, site: Site): readonly Endpoint[] {
  if (instances <= host.instances) return [];
  return endpointsIfAny({ ...host, instances }, site) ?? endpointsUpTo(host, instances - 1, site);
}

function otherReading(host: Host, site: Site): readonly Kind[] {
  const other: Site = { ...site, reading: site.reading === 'table' ? 'example' : 'table' };
  const ports = new Set(endpointsOf(host, site).map(({ port }) => port));
  return (endpointsIfAny(host, other) ?? [])
    .filter(({ application, port }) => application === 'http' && !ports.has(port))
    .map((endpoint) => ({ kind: 'other-reading', endpoint }));
}

/** Undefined where the scheme would collide with itself, or a port would be too high. */
function endpointsIfAny(host: Host, site: Site): readonly Endpoint[] | undefined {
  try {
    return endpointsOf(host, site);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
