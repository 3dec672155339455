import { parseEndpointId, type Purpose } from '../../deployment/endpoint-id.ts';
import { formatPortRange, toPortRanges, type Transport } from '../../net/port-range.ts';

const PURPOSES: Readonly<Record<Purpose, string>> = {
  client: 'clients',
  config: 'config',
  udp: 'internal',
  http: 'HTTP',
};

/** `server-4.client` as people say it: owner `server 4`, purpose `clients`. */
export function endpointLabel(id: string): { readonly owner: string; readonly purpose: string } {
  const { owner, instance, purpose } = parseEndpointId(id);
  return { owner: instance === null ? owner : `${owner} ${instance}`, purpose: PURPOSES[purpose] };
}

interface PortOfFlow {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly port: number;
}

/** Whose port it is; of several what they are for, where that is one thing: `server 4 clients`, `clients`. */
export function purposeText(flows: readonly Pick<PortOfFlow, 'endpoint'>[]): string {
  const labels = flows.map(({ endpoint }) => endpointLabel(endpoint));
  const [only, second] = labels;
  if (only !== undefined && second === undefined) return `${only.owner} ${only.purpose}`;
  const purposes = new Set(labels.map(({ purpose }) => purpose));
  return purposes.size > 1 ? '' : [...purposes].join();
}

/** As ranges: `103/tcp`, `102, 10101-10103/tcp, 10200/udp`. */
export function portsText(flows: readonly Omit<PortOfFlow, 'endpoint'>[]): string {
  return (['tcp', 'udp'] as const)
    .map((transport) => {
      const ports = flows.filter((flow) => flow.transport === transport).map(({ port }) => port);
      const ranges = toPortRanges(ports).map((range) => formatPortRange(range));
      return ranges.length === 0 ? '' : `${ranges.join(', ')}/${transport}`;
    })
    .filter((text) => text !== '')
    .join(', ');
}

/** One flow with its name, several as ranges: `10103/tcp (server 4, clients)`, `102, 10101-10103/tcp, 10200/udp`. */
export function portsLabel(flows: readonly PortOfFlow[]): string {
  const [only, second] = flows;
  if (only === undefined || second !== undefined) return portsText(flows);
  const { owner, purpose } = endpointLabel(only.endpoint);
  return `${portsText(flows)} (${owner}, ${purpose})`;
}
