import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { areFree, freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { ROOT } from './run-cli.ts';

const ENTRY = path.join(ROOT, 'bin', 'run.js');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

/** Each with the exit codes a caught signal may end in; null = the signal itself ended it. */
const commands = (site: readonly string[]) =>
  [
    { argv: ['listen', ...site, '--quiet'], codes: [0, null] },
    { argv: ['check', ...site], codes: [0, 1, 130, null] },
    { argv: ['check', ...site, '--demo'], codes: [0, 130, null] },
    { argv: ['rules', ...site, '--format', 'nft', '--out', 'rules.nft'], codes: [0, null] },
  ] as const;

/** Starts and kills every command with every signal after every delay; what was left behind that should not be, in words. */
export async function killMatrix(delaysMs: readonly number[]): Promise<readonly string[]> {
  const offset = await freeOffset();
  const site = ['--instances', '2', '--port-offset', `${offset}`];
  const whole = await wholeRules(site);
  const complaints: string[] = [];
  for (const { argv, codes } of commands(site)) {
    for (const signal of SIGNALS) {
      for (const delayMs of delaysMs) {
        const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-kill-'));
        const code = await killed(argv, signal, delayMs, folder);
        const complain = (what: string): void => {
          complaints.push(`${argv.join(' ')}, ${signal} after ${delayMs} ms: ${what}`);
        };
        if (code === 'stuck') complain('did not end');
        else if (!(codes as readonly (number | null)[]).includes(code)) complain(`exit ${code}`);
        for (const name of readdirSync(folder)) {
          // Nobody can tidy up after SIGKILL; what is left then is hidden and never the file itself.
          if (name === 'rules.nft' && readFileSync(path.join(folder, name), 'utf8') !== whole)
            complain('half a file');
          if (name !== 'rules.nft' && signal !== 'SIGKILL') complain(`left ${name}`);
        }
        rmSync(folder, { recursive: true });
      }
    }
    if (!(await areFree(offset))) complaints.push(`${argv.join(' ')}: a port is still held`);
  }
  return complaints;
}

async function killed(
  argv: readonly string[],
  signal: NodeJS.Signals,
  delayMs: number,
  cwd: string,
): Promise<number | null | 'stuck'> {
  const child = spawn(process.execPath, [ENTRY, ...argv], { cwd, stdio: 'ignore' });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  await sleep(delayMs);
  child.kill(signal);
  const ended = await Promise.race([exit, sleep(120_000, 'stuck' as const, { ref: false })]);
  if (ended === 'stuck') child.kill('SIGKILL');
  return ended;
}

/** The file that `rules` writes when nobody disturbs it; its header names it. */
async function wholeRules(site: readonly string[]): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-kill-'));
  try {
    await runInProcess(['rules', ...site, '--format', 'nft', '--out', 'rules.nft'], { cwd: folder });
    return readFileSync(path.join(folder, 'rules.nft'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
