import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from './in-process.ts';
import { shareOf } from '../thorough.ts';
import { ROOT } from './run-cli.ts';

const ENTRY = path.join(ROOT, 'bin', 'run.js');
const NAMES = ['a.json', 'a.html', 'a.sarif', 'a.xml', 'a.prom', 'a.md'];
const REPORTS = [
  'json=a.json',
  'html=a.html',
  'sarif=a.sarif',
  'junit=a.xml',
  'prometheus=a.prom',
  'markdown=a.md',
];
/** More find no more: each kill is aimed at the writing. */
const ROUNDS = 1;
const OLD = 'the report of the last run\n';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-report-kill-'));
const at = (name: string): string => path.join(folder, name);
/** `report` says nothing of the time of its own run, so it writes the same each time. */
const ARGV = ['report', 'saved.json', '-q', ...REPORTS.flatMap((each) => ['--report', each])];
const AUDIT = ['audit', 'a.nft', '-i', '100', '--host', '10.20.0.11', '--host', '10.20.0.12'];
const whole = new Map<string, string>();

beforeAll(async () => {
  const rules =
    'table inet t {\n chain c {\n  type filter hook input priority 0; policy drop;\n  tcp dport 102 accept\n }\n}\n';
  writeFileSync(at('a.nft'), rules);
  await runInProcess([...AUDIT, '--report', 'json=saved.json'], { cwd: folder });
  await runInProcess(ARGV, { cwd: folder });
  for (const name of NAMES) whole.set(name, readFileSync(at(name), 'utf8'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the reports are large enough to be killed while they are written', () => {
  expect(whole.get('a.json')!.length).toBeGreaterThan(1_000_000);
});

/** Kills the program the moment it has begun to write the n-th file; whether it had. */
async function killedAt(nth: number): Promise<boolean> {
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(at(name));
  for (const name of NAMES) writeFileSync(at(name), OLD);
  const child = spawn(process.execPath, [ENTRY, ...ARGV], { cwd: folder, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const begun = new Set<string>();
  const watcher = watch(folder, (_, name) => {
    if (name?.endsWith('.tmp') !== true) return;
    begun.add(name);
    if (begun.size >= nth) child.kill('SIGKILL');
  });
  const [code] = (await ended) as [number | null];
  watcher.close();
  return code === null;
}

test('kill -9 while reports are written: each file is the old one or the new one, whole', async () => {
  const killed = shareOf(NAMES, 2);
  let kills = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of killed) {
      if (await killedAt(NAMES.indexOf(name) + 1)) kills += 1;
      const files = NAMES.map((name) => readFileSync(at(name), 'utf8'));
      const states = files.map((text, index) =>
        text === OLD ? 'old' : text === whole.get(NAMES[index]!) ? 'new' : `half: ${text.length}`,
      );
      expect(states.filter((state) => state !== 'old' && state !== 'new')).toEqual([]);
      const left = readdirSync(folder).filter((name) => !/^(?:a\.\w+|saved\.json|\..*\.tmp)$/.test(name));
      expect(left).toEqual([]);
    }
  }
  // The last file may be written before the signal arrives.
  expect(kills).toBeGreaterThanOrEqual(ROUNDS * (killed.length - 1));
});
