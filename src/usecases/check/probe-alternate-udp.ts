import { groupBy } from '../../group-by.ts';
import { formatAddress } from '../../net/address.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import { alternateUdpEndpoints } from '../../ports/endpoints.ts';
import type { Flow } from '../../ports/flows.ts';
import type { Site } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';
import { observe, type ObserveOptions, type Observed } from './observe.ts';

/**
 * The guide's example and its table disagree on who listens on which internal UDP port. Where the example's side is proven closed
 * the table's side is asked, under the reading `auto`.
 * @returns for every flow that was closed where the mirror answers: the port that answers
 */
export async function probeAlternateUdp(
  observed: readonly Observed<Flow>[],
  site: Site,
  options: ObserveOptions,
  system: System,
): Promise<ReadonlyMap<Flow, Endpoint>> {
  const closed = observed.filter(
    ({ asked, observation }) =>
      asked.endpoint.transport === 'udp' && asked.expected === 'reachable' && observation.state === 'closed',
  );
  const places = groupBy(
    closed.map(({ asked }) => asked),
    ({ host, address }) => `${host.key} ${address === null ? '' : formatAddress(address)}`,
  );
  const mirrors = places.flatMap((flows) => {
    const [flow] = flows;
    if (flow === undefined) return [];
    return alternateUdpEndpoints(flow.host, site).map((endpoint) => ({
      host: flow.host,
      address: flow.address,
      endpoint,
      flows,
    }));
  });
  if (mirrors.length === 0) return new Map();
  const seen = await observe(mirrors, new Map(), options, system);
  const answering = seen.filter(
    ({ observation: { state, doubt } }) => state === 'open' && doubt === undefined,
  );
  return new Map(
    answering.flatMap(({ asked }) => asked.flows.map((flow) => [flow, asked.endpoint] as const)),
  );
}
