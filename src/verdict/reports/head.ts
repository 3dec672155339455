import { formatAddress } from '../../net/address.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import type { Host, Site } from '../../deployment/site.ts';
import type { HostSummary, ReportHead, SiteSummary, VantageSummary } from './report.ts';

/** Name and version of the program that made a report. */
export type Tool = ReportHead['tool'];

interface HeadParts {
  readonly tool: Tool;
  readonly site: Site;
  readonly assumptions: readonly string[];
  /** Where something was observed: when, and from where it was probed. */
  readonly observed?: { readonly startedAt: string; readonly vantage?: VantageSummary };
}

export function reportHead<K extends string>(
  kind: K,
  { tool, site, assumptions, observed }: HeadParts,
): ReportHead<K> {
  return { schemaVersion: 1, kind, tool, ...observed, site: summarize(site), assumptions };
}

function summarize({ name, source, reading, portOffset, hosts, assumesInstances, peers }: Site): SiteSummary {
  const list = (prefixes: readonly Prefix[] | null): readonly string[] | null =>
    prefixes?.map(formatPrefix) ?? null;
  return {
    name,
    source,
    reading,
    portOffset,
    hosts: Object.fromEntries(hosts.map((host) => [host.key, summarizeHost(host)])),
    ...(assumesInstances === true && { assumesInstances }),
    peers: {
      client: list(peers.client),
      'config-tool': list(peers['config-tool']),
      allocator: list(peers.allocator),
      server: list(peers.server),
      web: list(peers.web),
    },
  };
}

function summarizeHost({ addresses, instances, allocator }: Host): HostSummary {
  return { addresses: addresses.map(formatAddress), instances, allocator };
}
