// Started by bench/probe.ts inside a namespace: the engine's own time for a range of TCP ports.
import { parseAddress } from '../src/net/address.ts';
import { DEFAULT_PROBE_OPTIONS, probeAll, type ProbeOptions } from '../src/probe/probe-all.ts';
import { nodeSystem } from '../src/system/node-system.ts';

interface BenchOrder {
  readonly range: { readonly address: string; readonly first: number; readonly count: number };
  readonly options: Partial<ProbeOptions>;
}

const { range, options } = JSON.parse(process.argv[2] ?? '') as BenchOrder;
const address = parseAddress(range.address, 'target');
const targets = Array.from({ length: range.count }, (_, index) => ({
  address,
  transport: 'tcp' as const,
  application: null,
  port: range.first + index,
}));
const startedAt = performance.now();
const observations = await probeAll(targets, { ...DEFAULT_PROBE_OPTIONS, ...options }, nodeSystem);
const elapsedMs = performance.now() - startedAt;
const states: Record<string, number> = {};
for (const { state } of observations) states[state] = (states[state] ?? 0) + 1;
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ elapsedMs, states, maxRSS }));
