import { mergePrefixes, type Prefix } from '../net/prefix.ts';
import type { Host, Site } from '../deployment/site.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointsOf, alternateUdpEndpoints } from './endpoints.ts';
import { sourcesOf } from './peers.ts';
import type { Role } from '../deployment/role.ts';
import { isAnybody } from './roles-at.ts';

/** Who must get in to an endpoint of a host, or that nobody else may: what a firewall is held against. */
export interface AccessFlow {
  /** `ROLE>HOST/ENDPOINT`. */
  readonly id: string;
  readonly role: Role | 'outsider';
  readonly endpoint: Endpoint;
  readonly host: Host;
  readonly expected: 'reachable' | 'blocked';
  /** Merged: those who must get in, or (`blocked`) everybody who may. */
  readonly permitted: readonly Prefix[];
}

/**
 * What a firewall in front of the host has to let in, and that it has to keep everybody else out; under `auto` at the ports of
 * both readings. A role without sources needs nothing, and where anybody may connect nobody is kept out.
 */
export function accessFlows(host: Host, site: Site): readonly AccessFlow[] {
  return [...endpointsOf(host, site), ...alternateUdpEndpoints(host, site)].flatMap((endpoint) => {
    const flow = (role: AccessFlow['role'], permitted: readonly Prefix[]): AccessFlow => ({
      id: `${role}>${host.key}/${endpoint.id}`,
      role,
      endpoint,
      host,
      expected: role === 'outsider' ? 'blocked' : 'reachable',
      permitted,
    });
    const required = endpoint.audience
      .map((role) => flow(role, sourcesOf(role, host, site)))
      .filter(({ permitted }) => permitted.length > 0);
    if (endpoint.audience.some((role) => isAnybody(role, site))) return required;
    return [...required, flow('outsider', mergePrefixes(required.flatMap(({ permitted }) => permitted)))];
  });
}
