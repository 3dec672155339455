import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LabHost } from './lab.ts';

/** A long-lived process on one host of the lab that does as it is asked, one JSON command a line. */
export interface Agent {
  readonly ask: <Answer>(command: string, options: object) => Promise<Answer>;
  readonly close: () => void;
}

/** @param script the program, whose commands are answered by agent-commands.mjs */
export function startAgent(host: LabHost, script: URL): Agent {
  const child = host.spawn([process.execPath, fileURLToPath(script)]);
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask<Answer>(command: string, options: object): Promise<Answer> {
      child.stdin.write(`${JSON.stringify({ command, ...options })}\n`);
      const next: IteratorResult<string> = await lines.next();
      if (next.done === true) throw new Error(`the agent on ${host.name} ended: ${said}`);
      const answer = JSON.parse(next.value) as unknown;
      if (typeof answer === 'object' && answer !== null && 'error' in answer)
        throw new Error(`${command} on ${host.name}: ${String(answer.error)}`);
      return answer as Answer;
    },
    close: () => void child.kill(),
  };
}
