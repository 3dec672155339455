import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LabHost } from '../lab/lab.ts';

/** A long-lived process on one host of the lab that does as it is asked (packet-agent.mjs). */
export interface Agent {
  ask<Answer>(command: string, options: object): Promise<Answer>;
  close(): void;
}

export function startAgent(host: LabHost): Agent {
  const child = host.spawn([process.execPath, fileURLToPath(new URL('./packet-agent.mjs', import.meta.url))]);
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask<Answer>(command: string, options: object): Promise<Answer> {
      child.stdin.write(`${JSON.stringify({ command, ...options })}\n`);
      const next: IteratorResult<string> = await lines.next();
      if (next.done === true) throw new Error(`the agent on ${host.name} ended: ${said}`);
      const answer = JSON.parse(next.value) as Answer & { readonly error?: string };
      if (answer.error !== undefined) throw new Error(`${command} on ${host.name}: ${answer.error}`);
      return answer;
    },
    close: () => void child.kill(),
  };
}
