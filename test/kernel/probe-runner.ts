// Started by the kernel tests inside a namespace: probes what its one argument says (JSON) and prints what it saw.
import { parseAddress } from '../../src/net/address.ts';
import { DEFAULT_PROBE_OPTIONS, probeAll, type ProbeOptions } from '../../src/probe/probe-all.ts';
import { nodeSystem } from '../../src/system/node-system.ts';

/** `10.0.0.2 tcp/102`, `fd00::2 udp/10100`, `10.0.0.2 http/10301`. */
export interface ProbeOrder {
  readonly targets: readonly string[];
  readonly options?: Partial<ProbeOptions>;
}

const { targets, options } = JSON.parse(process.argv[2] ?? '') as ProbeOrder;
const parsed = targets.map((text) => {
  const [, address, kind, port] = /^(\S+) (tcp|udp|http)\/(\d+)$/.exec(text)!;
  return {
    address: parseAddress(address!, 'target'),
    transport: kind === 'udp' ? ('udp' as const) : ('tcp' as const),
    application: kind === 'http' ? ('http' as const) : null,
    port: Number(port),
  };
});
const startedAt = performance.now();
const observations = await probeAll(parsed, { ...DEFAULT_PROBE_OPTIONS, ...options }, nodeSystem);
const elapsedMs = performance.now() - startedAt;
const seen = observations.map(({ state, reason, errno, rttMs, evidence, doubt }, index) => ({
  target: targets[index],
  pair: `${state} ${reason}`,
  errno,
  rttMs,
  doubt,
  evidence,
}));
process.stdout.write(JSON.stringify({ elapsedMs, seen }));
