// The process that a kernel test starts inside a namespace: probes what it is asked to and answers what it saw.
import { register } from 'tsx/esm/api';
import { answerCommands } from './lab/agent-commands.mjs';

register();
const { parseAddress } = await import('../../src/net/address.ts');
const { DEFAULT_PROBE_OPTIONS, probeAll } = await import('../../src/probe/probe-all.ts');
const { nodeSystem } = await import('../../src/system/node-system.ts');

/** @param targets `10.0.0.2 tcp/102`, `fd00::2 udp/10100`, `10.0.0.2 http/10301` */
async function probe({ targets, options }) {
  const parsed = targets.map((text) => {
    const [, address, kind, port] = /^(\S+) (tcp|udp|http)\/(\d+)$/.exec(text);
    return {
      address: parseAddress(address, 'target'),
      transport: kind === 'udp' ? 'udp' : 'tcp',
      application: kind === 'http' ? 'http' : null,
      port: Number(port),
    };
  });
  const startedAt = performance.now();
  const observations = await probeAll(parsed, { ...DEFAULT_PROBE_OPTIONS, ...options }, nodeSystem);
  const elapsedMs = performance.now() - startedAt;
  const seen = observations.map(({ state, reason, doubt, evidence }, index) => ({
    ...{ target: targets[index], pair: `${state} ${reason}` },
    ...{ doubt, evidence },
  }));
  return { elapsedMs, seen };
}

await answerCommands({ probe });
