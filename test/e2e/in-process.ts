import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import { PLAIN_ENV, ROOT, type CliResult, type RunOptions } from './run-cli.ts';

/** A run that takes longer hangs, however busy the machine is. */
const HANGS_MS = 600_000;
/** Megabytes; no command line of a test needs more. */
const MAX_MEMORY = 1024;

export type RunProgram = (argv: readonly string[], options?: RunOptions) => Promise<CliResult>;

/**
 * What {@link import('./run-cli.ts').runCli} answers, without a start of the program for each command line: one process runs them
 * one after the other. For all that only text and exit code tell; signals, terminals, full disks and what is left behind need
 * `runCli`.
 */
export const runInProcess = programIn([]);

/** As {@link runInProcess}, with words before the command that starts the process: `ip netns exec NAME`. */
export function programIn(before: readonly string[]): RunProgram {
  let child: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function run(
    argv: readonly string[],
    { cwd = ROOT, env = {}, input = '', cpuSeconds = Infinity }: RunOptions,
  ): Promise<CliResult> {
    if (child?.connected !== true) child = started(before);
    const { cpuSeconds: used, ...result } = await ask(child, { argv, cwd, env, input });
    if (used > cpuSeconds) throw new Error(`took ${used} s of processor time: ${argv.join(' ')}`);
    return result;
  }

  return (argv, options = {}) => {
    const result = last.then(() => run(argv, options));
    last = result.catch(() => undefined);
    return result;
  };
}

function started(before: readonly string[]): ChildProcess {
  const script = path.join(import.meta.dirname, 'in-process.mjs');
  const [program, ...args] = [...before, process.execPath, `--max-old-space-size=${MAX_MEMORY}`, script];
  const fresh = spawn(program, args, {
    env: PLAIN_ENV,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  // It waits for command lines and keeps nobody from ending.
  for (const handle of [fresh, fresh.channel, fresh.stdout as Socket | null]) handle?.unref();
  process.once('exit', () => fresh.kill('SIGKILL'));
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
