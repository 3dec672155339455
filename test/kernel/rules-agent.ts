import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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
  const child = host.spawn([process.execPath, fileURLToPath(new URL('./rules-agent.mjs', import.meta.url))]);
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function ask(command: string, options: object): Promise<unknown> {
    child.stdin.write(`${JSON.stringify({ command, ...options })}\n`);
    const next: IteratorResult<string> = await lines.next();
    if (next.done === true) throw new Error(`the agent on ${host.name} ended: ${said}`);
    const answer = JSON.parse(next.value) as unknown;
    if (typeof answer === 'object' && answer !== null && 'error' in answer)
      throw new Error(`${command} on ${host.name}: ${String(answer.error)}`);
    return answer;
  }
  return {
    listen: async (addresses, tcp, udp) => {
      await ask('listen', { addresses, tcp, udp });
    },
    probe: async (probes, deadlineMs) => (await ask('probe', { probes, deadlineMs })) as readonly string[],
    hold: async (name, probe) => {
      await ask('hold', { name, ...probe });
    },
    talk: async (name, deadlineMs) => (await ask('talk', { name, deadlineMs })) as string,
    close: () => void child.kill(),
  };
}
