// An audit of Windows exports beyond that of one rule, start-up taken off: a long list of rules, many programs, and with
// VWAUDIT_CORPUS (the folder of the real exports) the real machines. Nothing stated, the profile stated, the program stated.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { programsExport, rulesExport } from './windows-exports.ts';

const ENTRY = path.join(import.meta.dirname, '..', 'bin', 'run.js');
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

/** Prints what the process took when it ends. */
const USAGE = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();console.error('cpu='+(user+system))})`;

const folder = mkdtempSync(path.join(os.tmpdir(), 'vwaudit-bench-'));
try {
  console.log(line('milliseconds of processor time without start-up', [...Object.keys(STATED), 'target']));
  const written = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `\ufeff${text}`, 'utf16le');
    return file;
  };
  const one = written('one.reg', rulesExport(1));
  const startUps = Object.values(STATED).map((flags) => median(one, flags));
  compare('10,000 rules', written('rules.reg', rulesExport(10_000)), startUps, TARGETS.list);
  compare('20 programs', written('programs.reg', programsExport(20)), startUps, TARGETS.list);
  for (const file of realExports()) compare(path.basename(file), file, startUps, TARGETS.machine);
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

function compare(name: string, file: string, startUps: readonly number[], target: number): void {
  const figures = Object.values(STATED).map((flags, index) => median(file, flags) - (startUps[index] ?? NaN));
  const isMissed = figures.some((figure) => figure > target);
  const columns = [...figures.map((figure) => figure.toFixed(0)), `≤ ${target}`];
  console.log(line(name, columns) + (isMissed ? '   MISSED' : ''));
}

function median(file: string, flags: readonly string[]): number {
  const times = Array.from({ length: RUNS }, () => processorTime(file, flags));
  return times.toSorted((a, b) => a - b)[RUNS >> 1] ?? NaN;
}

function processorTime(file: string, flags: readonly string[]): number {
  const argv = [
    '--import',
    USAGE,
    ENTRY,
    'audit',
    file,
    '--instances',
    '4',
    '--host',
    '10.20.0.11',
    ...flags,
  ];
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0 && status !== 1 && status !== 3) throw new Error(`audit ended with ${status}: ${stderr}`);
  return Number(/cpu=(\d+)/.exec(stderr)?.[1]) / 1000;
}

function line(name: string, columns: readonly string[]): string {
  return name.padEnd(48) + columns.map((text) => text.padStart(22)).join('');
}
