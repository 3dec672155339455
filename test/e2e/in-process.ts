import { fork, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import { PLAIN_ENV, ROOT, type CliResult, type RunOptions } from './run-cli.ts';

/** A run that takes longer hangs, however busy the machine is. */
const HANGS_MS = 300_000;
/** Megabytes; no command line of a test needs more. */
const MAX_MEMORY = 1024;

let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * What {@link import('./run-cli.ts').runCli} answers, without a start of the program for each command line: one process runs them
 * one after the other. For all that only text and exit code tell; signals, terminals, full disks and what is left behind need
 * `runCli`.
 */
export function runInProcess(argv: readonly string[], options: RunOptions = {}): Promise<CliResult> {
  const result = last.then(() => run(argv, options));
  last = result.catch(() => undefined);
  return result;
}

async function run(
  argv: readonly string[],
  { cwd = ROOT, env = {}, input = '', cpuSeconds = Infinity }: RunOptions,
): Promise<CliResult> {
  const { cpuSeconds: used, ...result } = await ask(started(), { argv, cwd, env, input });
  if (used > cpuSeconds) throw new Error(`took ${used} s of processor time: ${argv.join(' ')}`);
  return result;
}

function started(): ChildProcess {
  if (child?.connected) return child;
  const script = path.join(import.meta.dirname, 'in-process.mjs');
  const fresh = fork(script, {
    env: PLAIN_ENV,
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${MAX_MEMORY}`],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  // It waits for command lines and keeps nobody from ending.
  for (const handle of [fresh, fresh.channel, fresh.stdout as Socket | null]) handle?.unref();
  process.once('exit', () => fresh.kill('SIGKILL'));
  child = fresh;
  return fresh;
}

function ask(to: ChildProcess, message: object): Promise<CliResult & { readonly cpuSeconds: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => to.kill('SIGKILL'), HANGS_MS);
    const onExit = (code: number | null): void => {
      clearTimeout(timer);
      reject(new Error(`the program ended or hung (exit ${code}): ${JSON.stringify(message)}`));
    };
    to.once('exit', onExit);
    to.once('message', (answer) => {
      clearTimeout(timer);
      to.off('exit', onExit);
      resolve(answer as CliResult & { readonly cpuSeconds: number });
    });
    to.send(message);
  });
}
