import { startAgent as start } from './lab/agent.ts';
import type { LabHost } from './lab/lab.ts';

export interface Probe {
  readonly transport: 'tcp' | 'udp';
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** The process on a lab host that listens and probes there; see rules-agent.mjs. */
export interface Agent {
  listen(addresses: readonly string[], tcp: readonly number[], udp: readonly number[]): Promise<void>;
  /** `open`, `silent` or the error code of each probe. */
  probe(probes: readonly Probe[], deadlineMs: number): Promise<readonly string[]>;
  /** Opens a TCP connection and keeps it under a name. */
  hold(name: string, probe: Omit<Probe, 'transport'>): Promise<void>;
  /** `alive` or `silent`. */
  talk(name: string, deadlineMs: number): Promise<string>;
  close(): void;
}

export function startAgent(host: LabHost): Agent {
  const { ask, close } = start(host, new URL('./rules-agent.mjs', import.meta.url));
  return {
    listen: async (addresses, tcp, udp) => {
      await ask('listen', { addresses, tcp, udp });
    },
    probe: (probes, deadlineMs) => ask('probe', { probes, deadlineMs }),
    hold: async (name, probe) => {
      await ask('hold', { name, ...probe });
    },
    talk: (name, deadlineMs) => ask('talk', { name, deadlineMs }),
    close,
  };
}
