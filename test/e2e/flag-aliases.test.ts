import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runInProcess } from './in-process.ts';

/** Former names of flags: still accepted, no longer shown. */
const ALIASES = [
  { command: 'check', alias: '--rehearse', name: '--demo' },
  { command: 'audit', alias: '--self', name: '--rules-of' },
  { command: 'trace', alias: '--packets', name: '--packet-file' },
] as const;

test.each(ALIASES)('help of $command shows $name, not $alias', async ({ command, alias, name }) => {
  const { stdout } = await runInProcess([command, '--help']);
  expect(stdout).toContain(name);
  expect(stdout).not.toMatch(new RegExp(`${alias}(?![\\w-])`));
});

describe('an alias does what the flag does', () => {
  const RULES = '*filter\n:INPUT DROP [0:0]\nCOMMIT\n';

  test('--rehearse is --demo', async () => {
    const site = ['--instances', '4', '--as', 'client'];
    const runs = ['--demo', '--rehearse'].map((flag) => runInProcess(['check', flag, ...site]));
    const [now, before] = await Promise.all(runs);
    expect(before).toEqual(now);
    expect(before).toMatchObject({ code: 2, stdout: '' });
    expect(before?.stderr).toMatch(/^vwaudit: --demo claims every role/);
  });

  test('--self is --rules-of', async () => {
    const site = ['--instances', '1', '--host', '10.20.0.11', '--host', '10.20.0.12'];
    const runs = ['--rules-of', '--self'].map((flag) =>
      runInProcess(['audit', '-', ...site, flag, '10.20.0.12', '-q'], { input: RULES }),
    );
    const [now, before] = await Promise.all(runs);
    expect(before).toEqual(now);
    expect(before?.stdout).toContain('10.20.0.12');
    expect(before?.stdout).not.toContain('on 10.20.0.11:');
  });

  test('--packets is --packet-file', async () => {
    const list = path.join(await mkdtemp(path.join(tmpdir(), 'vwaudit-')), 'packets.txt');
    await writeFile(list, 'tcp 10.30.0.5 > 10.20.0.11:102\n');
    const runs = ['--packet-file', '--packets'].map((flag) =>
      runInProcess(['trace', '-', flag, list, '-q'], { input: RULES }),
    );
    const [now, before] = await Promise.all(runs);
    expect(before).toEqual(now);
    expect(before?.stdout).toContain('10.20.0.11:102  ✗ blocked');
  });
});
