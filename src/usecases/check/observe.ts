import type { Address } from '../../net/address.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Observation, ProbeTarget } from '../../probe/probes/observation.ts';
import { DEFAULT_PROBE_OPTIONS, probeAll, type ProbeOptions } from '../../probe/probe-all.ts';
import type { Host } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';

export interface ObserveOptions extends Partial<ProbeOptions> {
  readonly onProgress?: (settled: number, total: number) => void;
}

/** A port at an address: of a flow, a scout, or one to compare them with. */
interface Asked {
  readonly host: Host;
  readonly endpoint: Pick<Endpoint, 'transport' | 'application' | 'port'> &
    Partial<Pick<Endpoint, 'audience'>>;
  readonly address: Address | null;
  readonly expected?: 'reachable' | 'blocked';
}

export interface Observed<T> {
  readonly asked: T;
  readonly observation: Omit<Observation, 'target'>;
}

/**
 * Probes everything that has an address; what has none is itself an observation.
 * @param failures why a host has no address, by its key
 * @returns in the order given
 */
export async function observe<T extends Asked>(
  all: readonly T[],
  failures: ReadonlyMap<string, string>,
  options: ObserveOptions,
  system: System,
): Promise<readonly Observed<T>[]> {
  const targets = all.flatMap(({ address, endpoint, expected }) =>
    address === null ? [] : targetOf(endpoint, address, expected === 'blocked'),
  );
  const settings = { ...DEFAULT_PROBE_OPTIONS, ...options };
  const seen = (await probeAll(targets, settings, system, options.onProgress)).values();
  return all.map((asked) => {
    const observation = asked.address === null ? undefined : seen.next().value;
    return { asked, observation: observation ?? noSuchHost(asked, failures) };
  });
}

/** The configuration port locks its server; what has no audience is no port of Viz World. */
function targetOf(
  { transport, application, port, audience }: Asked['endpoint'],
  address: Address,
  isForbidden: boolean,
): ProbeTarget {
  return {
    address,
    transport,
    application,
    port,
    ...(audience?.includes('config-tool') === true && { isClosedAtOnce: true }),
    ...(audience === undefined && { isControl: true }),
    ...(isForbidden && { mustBeSilent: true }),
  };
}

function noSuchHost({ host }: Asked, failures: ReadonlyMap<string, string>): Observed<Asked>['observation'] {
  const error = failures.get(host.key) ?? 'no address';
  const evidence = [`${host.key}: ${error}`];
  return { state: 'unreachable', reason: 'no-such-host', rttMs: null, errno: error, evidence };
}
