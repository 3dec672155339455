import { spawn } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..', '..');
const ENTRY = path.join(ROOT, 'bin', 'run.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  /** Ended once it has used so much processor time (not on Windows). */
  readonly cpuSeconds?: number;
}

/** Ours without what a terminal or its user wants of the program. */
export const PLAIN_ENV: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !['NO_COLOR', 'FORCE_COLOR', 'COLUMNS'].includes(name)),
);

/** Runs the built program the way a shell would; no terminal, no colour variables unless given. */
export function runCli(argv: readonly string[], options: RunOptions = {}): Promise<CliResult> {
  const words = limited([process.execPath, ENTRY, ...argv], options.cpuSeconds);
  return runProgram(words, { ...options, env: { ...PLAIN_ENV, ...options.env } });
}

function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  options: RunOptions,
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd ?? ROOT, env: options.env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    child.stdin.end(options.input ?? '');
  });
}

function limited(
  command: readonly [string, ...string[]],
  cpuSeconds: number | undefined,
): readonly [string, ...string[]] {
  if (cpuSeconds === undefined || process.platform === 'win32') return command;
  return ['sh', '-c', `ulimit -t ${cpuSeconds} && exec "$@"`, 'sh', ...command];
}
