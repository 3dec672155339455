import { spawn } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..', '..');
const ENTRY = path.join(ROOT, 'bin', 'run.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program the way a shell would; no terminal, no colour variables unless given. */
export function runCli(argv: readonly string[], options: RunOptions = {}): Promise<CliResult> {
  const env = { ...process.env };
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'COLUMNS']) Reflect.deleteProperty(env, name);
  return runScript([ENTRY, ...argv], { ...options, env: { ...env, ...options.env } });
}

/** Many command lines in one process of the built program, where only what it says counts and not how it starts. */
export async function runMany(lines: readonly (readonly string[])[]): Promise<readonly CliResult[]> {
  const script = path.join(import.meta.dirname, 'many-runs.mjs');
  const { stdout, stderr } = await runScript([script], { input: JSON.stringify(lines) });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly CliResult[];
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  /** Ended once it has used so much processor time (not on Windows). */
  readonly cpuSeconds?: number;
}

function runScript(argv: readonly string[], options: RunOptions): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = limited([process.execPath, ...argv], options.cpuSeconds);
    const child = spawn(program, args, {
      cwd: options.cwd ?? ROOT,
      env: options.env ?? process.env,
    });
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
