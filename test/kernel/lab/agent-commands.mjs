// What the agents of lab hosts share: one JSON command a line is answered by one JSON answer a line.
import { spawn } from 'node:child_process';
import readline from 'node:readline';

/** Answers commands from standard input until it ends. */
export async function answerCommands(commands) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { command, ...options } = JSON.parse(line);
    const answer = await commands[command](options).catch((error) => ({ error: String(error) }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

/** Runs a program with this input; its exit status and what it said. */
export function load({ program: [name, ...args], input }) {
  return new Promise((done) => {
    const child = spawn(name, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    child.once('error', (error) => done([127, String(error)]));
    child.once('close', (status) => done([status, said]));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
