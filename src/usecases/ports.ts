import { groupsBy } from '../group-by.ts';
import { alternateUdpEndpoints, endpointsOf } from '../ports/endpoints.ts';
import { selectedHosts } from '../deployment/selected-hosts.ts';
import type { Host, Site } from '../deployment/site.ts';
import { portsText } from '../verdict/reports/label.ts';
import { reportHead, type Tool } from '../verdict/reports/head.ts';
import type { PortsReport } from '../verdict/reports/report.ts';

/** The endpoints the scheme expects: of the one kind of host that flags describe, or of every host of a site file. */
export function ports(site: Site, tool: Tool): PortsReport {
  const isFile = site.source === 'file';
  const hosts = isFile ? selectedHosts(site) : site.hosts.slice(0, 1);
  const endpoints = hosts.flatMap((host) =>
    endpointsOf(host, site).map((endpoint) => (isFile ? { ...endpoint, host: host.key } : endpoint)),
  );
  return { ...reportHead('ports', { tool, site, assumptions: otherReading(hosts, site) }), endpoints };
}

/** The UDP ports that the list leaves out and that a firewall between machines needs under `auto`. */
function otherReading(hosts: readonly Host[], site: Site): readonly string[] {
  const portsOf = (host: Host): string => portsText(alternateUdpEndpoints(host, site));
  return [...groupsBy(hosts, portsOf)].flatMap(([ports, group]) => {
    if (ports === '') return [];
    const on = site.source === 'file' ? ` on ${group.map(({ key }) => key).join(', ')}` : '';
    return `nothing listens on ${ports}${on}, as in the guide's example; by its table something does, so rules and audit count it too (--reading example or table settles it)`;
  });
}
