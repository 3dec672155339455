import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import type { CompareReport } from '../../src/verdict/reports/compare-report.ts';
import { freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { validReport } from './schema.ts';
import { RULES, SITE } from './two-instances.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-compare-'));
const at = (name: string): string => path.join(folder, name);
const run = (...argv: readonly string[]) => runInProcess(argv, { cwd: folder });

const MOVED = RULES.replace('    ct state', '    # another line\n    ct state');
const WIDER = RULES.replace('{ 102, 10100 }', '{ 102, 10100, 10301 }');
const CLOSED = RULES.replace('tcp dport 10101', 'ip saddr 10.30.0.0/16 tcp dport 10101');

beforeAll(async () => {
  for (const [name, rules] of Object.entries({ old: RULES, moved: MOVED, wider: WIDER, closed: CLOSED })) {
    writeFileSync(at(`${name}.nft`), rules);
    await run('audit', `${name}.nft`, ...SITE, '--report', `json=${name}.json`);
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A command is not broken into lines, so that it pastes. */
const COMMAND = '      ';

describe('compare', () => {
  test.each([
    ['old', 'moved', 0, 0],
    ['old', 'wider', 1, 1],
    ['wider', 'old', 0, 0],
    ['old', 'closed', 0, 0],
    ['closed', 'old', 1, 1],
  ])('%s.json, then %s.json: exit %i', async (before, after, code, regressions) => {
    const { stdout, ...rest } = await run('compare', `${before}.json`, `${after}.json`, '--json');
    expect(rest).toEqual({ code, stderr: '' });
    expect(validReport(stdout)).toMatchObject({ kind: 'compare', of: 'audit', regressions });
    const shown = await run('compare', `${before}.json`, `${after}.json`);
    expect(shown).toMatchObject({ code, stderr: '' });
    expect(shown.stdout).toContain(`\n${regressions} regression`);
    await run('compare', `${before}.json`, `${after}.json`, '--report', 'json=saved.json');
    expect(await run('report', 'saved.json')).toEqual(shown);
  });

  test('every format that makes sense: the regression is in each of them, the known failures in none as new', async () => {
    const formats = ['markdown=c.md', 'junit=c.xml', 'github'].flatMap((format) => ['--report', format]);
    const { code, stdout } = await run('compare', 'old.json', 'wider.json', ...formats);
    expect(code).toBe(1);
    expect(stdout.match(/^::error /gm)).toHaveLength(1);
    expect(readFileSync(at('c.xml'), 'utf8').match(/<failure /g)).toHaveLength(1);
    expect(readFileSync(at('c.xml'), 'utf8')).toMatch(/<skipped type="fail" message="unchanged: fail, /);
    expect(readFileSync(at('c.md'), 'utf8')).toMatch(
      /\| worse \| ✗ regression: the verdict is worse \| outsider → 10301\/tcp/,
    );
    for (const format of ['sarif', 'html', 'gitlab', 'prometheus'])
      expect((await run('compare', 'old.json', 'wider.json', '--report', format)).code).toBe(2);
  });

  test('fits 80 columns, and colours are not its only sign', async () => {
    const { stdout } = await runInProcess(['compare', 'closed.json', 'old.json'], {
      cwd: folder,
      env: { COLUMNS: '80' },
    });
    expect(
      Math.max(...stdout.split('\n').map((line) => (line.startsWith(COMMAND) ? 0 : line.length))),
    ).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/✗ worse {3,}outsider → 10101\/tcp server 2 clients {2}✓ blocked {2}✗ exposed/);
  });

  test.each([
    ['old', 'wider', '✗ 1 flow got worse: outsider → 10301/tcp.'],
    ['wider', 'old', '✓ Nothing got worse; 1 flow got better; 2 flows fail as before.'],
    ['old', 'moved', '✓ Nothing got worse; 2 flows fail as before.'],
  ])('%s.json, then %s.json: the first line says %s', async (before, after, line) => {
    const { stdout } = await run('compare', `${before}.json`, `${after}.json`);
    expect(stdout.trim().split('\n')[0]).toBe(line);
  });

  test('what only another rule decides now has the rule on a line of its own', async () => {
    const { stdout } = await runInProcess(['compare', 'old.json', 'wider.json'], {
      cwd: folder,
      env: { COLUMNS: '80' },
    });
    expect(stdout).toContain(
      '✓ allowed\n      ip saddr 10.30.0.0/16 tcp dport { 102, 10100, 10301 } accept\n',
    );
  });

  test.each([
    [['old.json', 'old.nft'], /old\.nft:1:1: not valid JSON/],
    [['-', '-'], /standard input is given twice/],
    [['old.json'], /AFTER is missing; give it, see vwaudit compare --help/],
    [[], /BEFORE and AFTER are missing/],
    [['ports.json', 'old.json'], /a report of kind "ports", which has no flows to compare/],
    [
      ['old.json', 'other.json'],
      /other\.json: this report can't be compared with old\.json: these are of different hosts: 10\.20\.0\.11, 10\.9\.9\.9;/,
    ],
  ])('%j is refused', async (argv, message) => {
    writeFileSync(at('ports.json'), (await run('ports', '--json')).stdout);
    await run('audit', 'old.nft', '--host', '10.9.9.9', '--report', 'json=other.json');
    const { code, stdout, stderr } = await run('compare', ...argv);
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toMatch(message);
  });
});

test('two hosts of one site: their reports are of different things', async () => {
  writeFileSync(
    at('site.yaml'),
    'hosts:\n  maps-a: { address: 10.20.0.11, instances: 2, allocator: true }\n  maps-b: { address: 10.20.0.12, instances: 2 }\npeers: { client: [10.30.0.0/16], config-tool: [10.20.9.5], web: [] }\n',
  );
  const audit = (host: string, ...more: readonly string[]) =>
    run('audit', 'old.nft', '--site', 'site.yaml', '--host', host, ...more);
  await audit('maps-a', '--report', 'json=maps-a.json');
  await audit('maps-b', '--report', 'json=maps-b.json');
  const refused = {
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^[^\n]*these are of different hosts: maps-a, maps-b;[^\n]*\n$/) as string,
  };
  expect(await run('compare', 'maps-a.json', 'maps-b.json')).toEqual(refused);
  expect(await audit('maps-b', '--baseline', 'maps-a.json')).toEqual(refused);
  expect((await audit('maps-a', '--baseline', 'maps-a.json')).code).toBe(0);
});

describe('--baseline', () => {
  const audit = (rules: string, ...more: readonly string[]) =>
    run('audit', `${rules}.nft`, ...SITE, '--baseline', 'old.json', ...more);

  test('what failed before does not fail the run, and is counted', async () => {
    const { code, stdout, stderr } = await audit('moved');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\d+ proven · (\d+) failed \(\1 known\) · 0 unproven/);
    expect(stdout).toMatch(/Compared with old\.json: 0 regressions · \d+ unchanged of \d+/);
  });

  test('a regression does, and the report carries what changed', async () => {
    const { code, stdout } = await audit('wider', '--json');
    expect(code).toBe(1);
    const report = validReport(stdout) as AuditReport;
    expect(report.baseline).toMatchObject({ file: 'old.json', regressions: 1 });
    expect(report.baseline?.flows.filter(({ regression }) => regression !== null)).toMatchObject([
      { id: 'outsider>10.20.0.11/server-1.http', change: 'worse', regression: 'verdict' },
    ]);
    const compared = JSON.parse(
      (await run('compare', 'old.json', 'wider.json', '--json')).stdout,
    ) as CompareReport;
    expect(report.baseline?.summary).toEqual(compared.summary);
  });

  test('other formats say it, and a saved report keeps its exit code', async () => {
    const files = [
      'json=b.json',
      'markdown=b.md',
      'html=b.html',
      'prometheus=b.prom',
      'junit=b.xml',
      'sarif=b.sarif',
    ];
    await audit('moved', ...files.flatMap((file) => ['--report', file]));
    expect(await run('report', 'b.json')).toMatchObject({ code: 0 });
    expect(readFileSync(at('b.md'), 'utf8')).toMatch(
      /### Compared with the baseline\n\nold\.json: \*\*0 regressions/,
    );
    expect(readFileSync(at('b.md'), 'utf8')).toMatch(/known since the baseline/);
    expect(readFileSync(at('b.html'), 'utf8')).toContain('No regression; what failed before still fails');
    expect(readFileSync(at('b.prom'), 'utf8')).toMatch(/^vwaudit_baseline_regressions\{[^}]*\} 0$/m);
    expect(readFileSync(at('b.xml'), 'utf8')).toContain('known: the baseline has it too');
    expect(await audit('moved', '--report', 'nagios')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ OK: \d+ failed, .*, 0 regressions \| /) as string,
    });
    expect((await audit('wider', '--report', 'nagios')).code).toBe(2);
    expect((await audit('moved', '--report', 'github')).stdout).not.toMatch(/^::(?:error|warning)/m);
  });

  test('check: a port that was closed before', async () => {
    const site = ['-i', '1', '--no-allocator', '--port-offset', `${await freeOffset()}`];
    const before = await run('check', ...site, '--json');
    expect(before.code).toBe(1);
    writeFileSync(at('check.json'), before.stdout);
    const failed = (JSON.parse(before.stdout) as CheckReport).summary.fail;
    const again = await run('check', ...site, '--baseline', 'check.json', '--json');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(validReport(again.stdout)).toMatchObject({ baseline: { regressions: 0, known: failed } });
    expect(await run('check', ...site, '-q', '--baseline', 'check.json')).toMatchObject({
      stdout: expect.stringMatching(new RegExp(`${failed} failed \\(${failed} known\\)`)) as string,
    });
  });

  test.each([
    [
      ['check', '--baseline', 'old.json'],
      /old\.json: --baseline: this report can't be compared with this run: kind audit, here check/,
    ],
    [['check', '--baseline', 'nowhere.json'], /"nowhere\.json" can't be read/],
    [
      ['audit', 'old.nft', '--hook', 'forward', '--host', '10.20.0.11', '--baseline', 'old.json'],
      /hook input, here forward/,
    ],
    [['audit', 'old.nft', '--baseline', '-'], /--baseline is not read from standard input/],
  ])('%j is refused before the work', async (argv, message) => {
    const { code, stderr } = await run(...argv);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string });
  });
});
