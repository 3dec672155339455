import { endpointsOf } from '../ports/endpoints.ts';
import { selectedHosts } from '../deployment/selected-hosts.ts';
import type { Site } from '../deployment/site.ts';
import { reportHead, type Tool } from '../verdict/reports/head.ts';
import type { PortsReport } from '../verdict/reports/report.ts';

/** The endpoints the scheme expects: of the one kind of host that flags describe, or of every host of a site file. */
export function ports(site: Site, tool: Tool): PortsReport {
  const isFile = site.source === 'file';
  const endpoints = (isFile ? selectedHosts(site) : site.hosts.slice(0, 1)).flatMap((host) =>
    endpointsOf(host, site).map((endpoint) => (isFile ? { ...endpoint, host: host.key } : endpoint)),
  );
  return { ...reportHead('ports', { tool, site, assumptions: [] }), endpoints };
}
