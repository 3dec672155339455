import { parseAddress } from '../net/address.ts';
import { parsePrefix } from '../net/prefix.ts';
import { ROLES } from '../deployment/role.ts';
import type { Peers, Site } from '../deployment/site.ts';
import { accessFlows, type AccessFlow } from '../ports/access-flows.ts';
import { endpointsOf } from '../ports/endpoints.ts';
import type { SiteSummary } from '../verdict/reports/report.ts';

/**
 * Who must get in and who must not, at each port of the site that a saved report describes; without what only the other reading
 * of the guide has.
 * @throws InputError for addresses that are none
 */
export function accessOfSite(summary: SiteSummary): readonly AccessFlow[] {
  const site = siteOf(summary);
  return site.hosts.flatMap((host) => {
    const audiences = new Map(endpointsOf(host, site).map(({ id, audience }) => [id, audience]));
    const flows = accessFlows(host, site).filter(({ role, endpoint: { id } }) =>
      role === 'outsider' ? audiences.has(id) : audiences.get(id)?.includes(role) === true,
    );
    return flows.filter(({ id }, index) => flows.findIndex((one) => one.id === id) === index);
  });
}

function siteOf({ name, source, reading, portOffset, hosts, peers }: SiteSummary): Site {
  const stated = ROLES.map((role) => [role, peers[role]?.map((text) => parsePrefix(text, role)) ?? null]);
  return {
    ...{ name, source, reading, portOffset },
    hosts: Object.entries(hosts).map(([key, { addresses, instances, allocator }]) => ({
      ...{ key, name: null, instances, allocator },
      addresses: addresses.map((text) => parseAddress(text, key)),
    })),
    peers: Object.fromEntries(stated) as Peers,
  };
}
