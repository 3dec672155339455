// An audit of Windows exports: a long list of rules, many programs, and with VWAUDIT_CORPUS (the folder of the real exports) the real
// machines. Nothing stated, the profile stated, the program stated. Start-up is taken off, and counts as what the same command with the
// same flags takes for an export of one rule: loading and compiling the program, reading flags, the frame of a report. Every file of the
// program is loaded beforehand (`windows-runner.mjs`). The rest is what the rules cost in the first audit of a process, with code that
// the engine has not yet made fast; the least of RUNS counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { programsExport, rulesExport } from './windows-exports.ts';

const RUNNER = path.join(import.meta.dirname, 'windows-runner.mjs');
const HOST = ['--instances', '4', '--host', '10.20.0.11'];
const PROGRAM = 'C:\\Program Files\\Vizrt\\VizWorld\\VizWorld.exe';
const STATED = {
  'nothing stated': [],
  '--complete': ['--complete'],
  '--complete --profile': ['--complete', '--profile', 'private'],
  '--complete --program': ['--complete', '--program', PROGRAM],
} as const;
const RUNS = Number(process.env.RUNS ?? 5);

/** Milliseconds of processor time beyond start-up that an audit may take. */
const TARGETS = { machine: 50, list: 500 } as const;

const folder = mkdtempSync(path.join(os.tmpdir(), 'vwaudit-bench-'));
try {
  console.log(line('milliseconds of processor time without start-up', [...Object.keys(STATED), 'target']));
  const written = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `\ufeff${text}`, 'utf16le');
    return file;
  };
  const one = written('one.reg', rulesExport(1));
  const startUp = Object.values(STATED).map((flags) => leastOfAudit(one, flags));
  console.log(
    line(
      'start-up: an export of one rule',
      startUp.map((figure) => figure.toFixed(0)),
    ),
  );
  compare('10,000 rules', written('rules.reg', rulesExport(10_000)), startUp, TARGETS.list);
  compare('20 programs', written('programs.reg', programsExport(20)), startUp, TARGETS.list);
  compare('100 programs', written('many.reg', programsExport(100)), startUp, TARGETS.list);
  for (const file of realExports()) compare(path.basename(file), file, startUp, TARGETS.machine);
} finally {
  rmSync(folder, { recursive: true });
}

function realExports(): readonly string[] {
  const real = path.join(process.env.VWAUDIT_CORPUS ?? '/nowhere', 'windows', 'real');
  if (!existsSync(real)) return [];
  return readdirSync(real)
    .filter((name) => name.endsWith('.reg'))
    .map((name) => path.join(real, name));
}

function compare(name: string, file: string, startUp: readonly number[], target: number): void {
  const figures = Object.values(STATED).map((flags, at) => leastOfAudit(file, flags) - (startUp[at] ?? 0));
  const isMissed = figures.some((figure) => figure > target);
  const columns = [...figures.map((figure) => figure.toFixed(0)), `≤ ${target}`];
  console.log(line(name, columns) + (isMissed ? '   MISSED' : ''));
}

function leastOfAudit(file: string, flags: readonly string[]): number {
  return Math.min(...Array.from({ length: RUNS }, () => processorTime(['audit', file, ...HOST, ...flags])));
}

function processorTime(argv: readonly string[]): number {
  const { status, stderr } = spawnSync(process.execPath, [RUNNER, ...argv], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0 && status !== 1 && status !== 3)
    throw new Error(`${argv[0]} ended with ${status}: ${stderr}`);
  return Number(/cpu=(\d+)/.exec(stderr)?.[1]) / 1000;
}

function line(name: string, columns: readonly string[]): string {
  return name.padEnd(48) + columns.map((text) => text.padStart(22)).join('');
}
