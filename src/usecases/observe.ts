import type { Address } from '../net/address.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { Observation } from '../probe/observation.ts';
import { DEFAULT_PROBE_OPTIONS, probeAll, type ProbeOptions } from '../probe/probe-all.ts';
import type { Host } from '../site/site.ts';
import type { System } from '../system/system.ts';

export interface ObserveOptions extends Partial<ProbeOptions> {
  readonly onProgress?: (settled: number, total: number) => void;
}

/** An endpoint at an address: a flow, a scout. */
interface Asked {
  readonly host: Host;
  readonly endpoint: Endpoint;
  readonly address: Address | null;
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
  const targets = all.flatMap(({ address, endpoint: { transport, application, port } }) =>
    address === null ? [] : [{ address, transport, application, port }],
  );
  const settings = { ...DEFAULT_PROBE_OPTIONS, ...options };
  const seen = (await probeAll(targets, settings, system, options.onProgress)).values();
  return all.map((asked) => {
    const observation = asked.address === null ? undefined : seen.next().value;
    return { asked, observation: observation ?? noSuchHost(asked, failures) };
  });
}

function noSuchHost({ host }: Asked, failures: ReadonlyMap<string, string>): Observed<Asked>['observation'] {
  const error = failures.get(host.key) ?? 'no address';
  const evidence = [`${host.key}: ${error}`];
  return { state: 'unreachable', reason: 'no-such-host', rttMs: null, errno: error, evidence };
}
