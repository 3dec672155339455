// Started by bench/probe.ts inside a namespace: the engine's own time for a range of TCP ports.
import { register } from 'tsx/esm/api';

register();
const { parseAddress } = await import('../src/net/address.ts');
const { DEFAULT_PROBE_OPTIONS, probeAll } = await import('../src/probe/probe-all.ts');
const { nodeSystem } = await import('../src/system/node-system.ts');

const { range, options } = JSON.parse(process.argv[2] ?? '');
const address = parseAddress(range.address, 'target');
const targets = Array.from({ length: range.count }, (_, index) => ({
  address,
  transport: 'tcp',
  application: null,
  port: range.first + index,
}));
const startedAt = performance.now();
const observations = await probeAll(targets, { ...DEFAULT_PROBE_OPTIONS, ...options }, nodeSystem);
const elapsedMs = performance.now() - startedAt;
const states = {};
for (const { state } of observations) states[state] = (states[state] ?? 0) + 1;
process.stdout.write(JSON.stringify({ elapsedMs, states, maxRSS: process.resourceUsage().maxRSS }));
