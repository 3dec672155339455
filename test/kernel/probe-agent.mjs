// The process that a kernel test starts inside a namespace: probes what it is asked to and answers what it saw.
import { parseAddress } from '../../dist/net/address.js';
import { DEFAULT_PROBE_OPTIONS, probeAll } from '../../dist/probe/probe-all.js';
import { nodeSystem } from '../../dist/system/node-system.js';
import { answerCommands } from './lab/agent-commands.mjs';

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
