import type { Flow } from '../ports/flows.ts';
import { DEFAULT_PROBE_OPTIONS, probeAll, type ProbeOptions } from '../probe/probe-all.ts';
import type { System } from '../system/system.ts';
import type { Checked } from '../verdict/checked.ts';

export interface ObserveOptions extends Partial<ProbeOptions> {
  readonly onProgress?: (settled: number, total: number) => void;
}

/** A flow and what its probe saw. */
export type Observed = Omit<Checked, 'local'>;

/**
 * Probes every flow that has an address; a flow without one is itself an observation.
 * @param failures why a host has no address, by its key
 * @returns in the order of the flows
 */
export async function observe(
  flows: readonly Flow[],
  failures: ReadonlyMap<string, string>,
  options: ObserveOptions,
  system: System,
): Promise<readonly Observed[]> {
  const targets = flows.flatMap(({ address, endpoint: { transport, application, port } }) =>
    address === null ? [] : [{ address, transport, application, port }],
  );
  const seen = (
    await probeAll(targets, { ...DEFAULT_PROBE_OPTIONS, ...options }, system, options.onProgress)
  ).values();
  return flows.map((flow): Observed => {
    const observation = flow.address === null ? undefined : seen.next().value;
    return { flow, observation: observation ?? noSuchHost(flow, failures) };
  });
}

function noSuchHost({ host }: Flow, failures: ReadonlyMap<string, string>): Observed['observation'] {
  const error = failures.get(host.key) ?? 'no address';
  return {
    state: 'unreachable',
    reason: 'no-such-host',
    rttMs: null,
    errno: error,
    evidence: [`${host.key}: ${error}`],
  };
}
