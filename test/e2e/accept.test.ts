import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { validReport } from './schema.ts';
import { RULES, SITE } from './two-instances.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-accept-'));
const at = (name: string): string => path.join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
const run = (...argv: readonly string[]) => runInProcess(argv, { cwd: folder });

const AUDIT = ['audit', 'a.nft', ...SITE];
const SAID = ['--reason', 'replaced in May', '--until', '2099-05-31'];

beforeAll(async () => {
  writeFileSync(at('a.nft'), RULES);
  await run(...AUDIT, '--report', 'json=a.json');
  expect(await run('accept', 'a.json', ...SAID, '--out', 'all.yaml', '-q')).toMatchObject({
    code: 0,
    stderr: '',
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('what was accepted does not fail the run; it stays in the table with its reason', async () => {
  const { code, stdout, stderr } = await run(...AUDIT, '--accept', 'all.yaml');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/~ exposed/);
  expect(stdout).toMatch(/11 proven · 0 failed · 0 unproven · 2 accepted of 13/);
  expect(stdout).toMatch(/~ 10101\/tcp[^]*Accepted until 2099-05-31: replaced in May/);
  const report = validReport((await run(...AUDIT, '--accept', 'all.yaml', '--json')).stdout) as AuditReport;
  expect(report.summary).toEqual({ pass: 11, fail: 0, unproven: 0, accepted: 2 });
});

test('a rule that moved is accepted, another exposure of the same flow is not', async () => {
  writeFileSync(at('moved.nft'), RULES.replace('    tcp dport', '\n    tcp dport'));
  expect((await run('audit', 'moved.nft', ...SITE, '--accept', 'all.yaml')).code).toBe(0);
  writeFileSync(at('other.nft'), RULES.replace('tcp dport 10101', 'tcp dport { 10101, 9 }'));
  const { code, stdout } = await run('audit', 'other.nft', ...SITE, '--accept', 'all.yaml');
  expect(code).toBe(1);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /! all\.yaml:\d+: the exception for exposed of outsider>10\.20\.0\.11\/server-2\.client \(until 2099-05-31\) matches nothing: the flow \S+ is now fail \(exposed by tcp dport \{ 10101, 9 \} accept\)/,
  );
});

test('a set that grows under the same rule is another failure; one that shrinks is the same', async () => {
  const withSet = (name: string, elements: string): void => {
    writeFileSync(
      at(name),
      RULES.replace(
        'table inet t {',
        `table inet t {\n  set s { type ipv4_addr; flags interval; elements = { ${elements} } }`,
      ).replace('tcp dport 10101', 'ip saddr @s tcp dport 10101'),
    );
  };
  withSet('set.nft', '198.51.100.0/24, 203.0.113.7');
  await run('audit', 'set.nft', ...SITE, '--report', 'json=set.json');
  await run('accept', 'set.json', ...SAID, '--code', 'exposed', '--out', 'set.yaml', '-q');
  expect(read('set.yaml')).toMatch(/^ {2}sources:\n {4}- 198\.51\.100\.0\/24\n {4}- 203\.0\.113\.7\n/m);
  const exposed = async (): Promise<string> =>
    (await run('audit', 'set.nft', ...SITE, '--accept', 'set.yaml')).stdout.replace(/\s+/g, ' ');
  expect(await exposed()).toMatch(/~ 10101\/tcp/);
  withSet('set.nft', '198.51.100.0/24');
  expect(await exposed()).toMatch(/~ 10101\/tcp/);
  withSet('set.nft', '198.51.100.0/24, 203.0.113.0/24');
  const grown = await exposed();
  expect(grown).toMatch(/✗ 10101\/tcp/);
  expect(grown).toMatch(/is now fail \(exposed for more addresses: one is 203\.0\.113\.0\)/);
  expect(grown).toMatch(/add them to sources where they are accepted too \(203\.0\.113\.0 is one\)/);
});

test('every format has a value of its own for it, and the reason', async () => {
  const files = [
    'json=f.json',
    'markdown=f.md',
    'html=f.html',
    'prometheus=f.prom',
    'junit=f.xml',
    'sarif=f.sarif',
    'gitlab=f.gl',
  ];
  const { code, stdout } = await run(
    ...[...AUDIT, '--accept', 'all.yaml', '--report', 'github'],
    ...files.flatMap((file) => ['--report', file]),
  );
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/^::(?:error|warning)/m);
  expect(stdout).toMatch(
    /^::notice [^:]*title=vwaudit accepted%3A exposed::Accepted until 2099-05-31: replaced in May%0A/m,
  );
  expect(read('f.md')).toMatch(
    /~ \*\*accepted\*\* \(exposed\)[^]*Accepted until 2099-05-31: replaced in May/,
  );
  expect(read('f.html')).toMatch(/<td class="accepted">~ accepted<\/td>/);
  expect(read('f.html')).toContain('<p>Accepted until 2099-05-31: replaced in May</p>');
  expect(read('f.prom').match(/^vwaudit_flow_verdict\{.*\} 3$/gm)).toHaveLength(2);
  expect(
    read('f.xml').match(/<skipped type="accepted" message="accepted until 2099-05-31: replaced in May"/g),
  ).toHaveLength(2);
  expect(read('f.xml')).not.toContain('<failure');
  expect(read('f.gl')).toMatch(
    /"description": "accepted: Accepted until 2099-05-31: replaced in May exposed: [^]*"severity": "info"/,
  );
  const { runs } = JSON.parse(read('f.sarif')) as {
    runs: { results: { level: string; suppressions?: object[] }[] }[];
  };
  const excused = runs
    .flatMap(({ results }) => results)
    .filter(({ suppressions }) => suppressions !== undefined);
  expect(excused).toHaveLength(2);
  for (const { level, suppressions } of excused)
    expect({ level, suppressions }).toEqual({
      level: 'note',
      suppressions: [
        { kind: 'external', status: 'accepted', justification: 'until 2099-05-31: replaced in May' },
      ],
    });
  const nagios = await run(...AUDIT, '--accept', 'all.yaml', '--report', 'nagios');
  expect(nagios).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ OK: .* of 13, 2 accepted \|.* accepted=2;/) as string,
  });
  expect(await run('report', 'f.json')).toMatchObject({ code: 0 });
  expect((await run('report', 'a.json', '--accept', 'all.yaml')).code).toBe(0);
  expect((await run('report', 'a.json')).code).toBe(1);
});

test('an entry that has expired fails the run, even where it is all that is wrong', async () => {
  writeFileSync(at('old.yaml'), read('all.yaml').replaceAll('2099-05-31', '2020-05-31'));
  const { code, stdout } = await run(...AUDIT, '--accept', 'old.yaml', '--json');
  expect(code).toBe(1);
  const { findings } = validReport(stdout) as AuditReport;
  expect(findings.filter(({ code: each }) => each === 'acceptance-expired')).toHaveLength(2);
  const fine = await run('check', '-i', '1', '--demo', '--accept', 'old.yaml', '--json');
  expect(fine.code).toBe(1);
});

test('merge, and check while it waits, take exceptions as well', async () => {
  const site = ['-i', '1', '--no-allocator', '--port-offset', `${await freeOffset()}`];
  const checked = await run('check', ...site, '--host', '127.0.0.1', '--json');
  writeFileSync(at('c.json'), checked.stdout);
  expect((await run('accept', 'c.json', ...SAID, '--out', 'c.yaml')).code).toBe(0);
  expect((await run('merge', 'c.json')).code).toBe(1);
  const merged = await run('merge', 'c.json', '--accept', 'c.yaml', '--json');
  expect(merged.code).toBe(0);
  expect(validReport(merged.stdout)).toMatchObject({ summary: { fail: 0 } });
  const waited = await run('check', ...site, '--host', '127.0.0.1', '--wait', '10m', '--accept', 'c.yaml');
  expect(waited.code).toBe(0);
});

test('a second legitimate program on a port of Viz World: exit 0 with its exception, and not for anything else', async () => {
  const offset = await freeOffset();
  const site = ['-i', '1', '--no-allocator', '--port-offset', `${offset}`];
  // The port answers, held by a program that is not Viz World: unproven (or closed for the others).
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(offset + 102, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const before = await run('check', ...site, '--json');
  expect(before.code).toBe(1);
  writeFileSync(at('second.json'), before.stdout);
  await run('accept', 'second.json', ...SAID, '--out', 'second.yaml');
  expect((await run('check', ...site, '--accept', 'second.yaml')).code).toBe(0);
});

describe('accept', () => {
  test('writes whole entries, which a person can read', () => {
    expect(read('all.yaml')).toMatch(
      /# 10101\/tcp [^\n]*\n- code: exposed\n {2}flow:\n {4}- outsider>10\.20\.0\.11\/server-2\.client\n {2}rule:\n {4}- tcp dport 10101 accept\n {2}reason: replaced in May\n {2}until: 2099-05-31\n/,
    );
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('--code and --flow narrow it; on stdout without --out; --json is YAML as well', async () => {
    const one = await run('accept', 'a.json', ...SAID, '--code', 'exposed');
    expect(one.stdout.match(/^- code:/gm)).toHaveLength(1);
    const json = await run('accept', 'a.json', ...SAID, '--flow', 'config-tool>*', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject([{ flow: ['config-tool>10.20.0.11/server-1.config'] }]);
    writeFileSync(at('one.yaml'), json.stdout);
    expect((await run(...AUDIT, '--accept', 'one.yaml', '--json')).stdout).toMatch(/"accepted": 1/);
  });

  test('a report with exceptions keeps their reasons and days', async () => {
    await run(...AUDIT, '--accept', 'one.yaml', '--report', 'json=part.json');
    const { stdout } = await run('accept', 'part.json', '--reason', 'another', '--until', '2098-01-01');
    expect(stdout.match(/reason: .*/g)).toEqual(
      expect.arrayContaining(['reason: another', 'reason: replaced in May']),
    );
  });

  test('does not replace a file unless told to', async () => {
    writeFileSync(at('mine.yaml'), 'mine');
    expect(await run('accept', 'a.json', ...SAID, '--out', 'mine.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--out: "mine\.yaml" exists; give another file, or --force/) as string,
    });
    expect(read('mine.yaml')).toBe('mine');
    expect((await run('accept', 'a.json', ...SAID, '--out', 'mine.yaml', '--force')).code).toBe(0);
    expect(read('mine.yaml')).toBe(read('all.yaml'));
  });

  test.each([
    [['accept', 'a.json'], /an exception needs --reason and --until/],
    [['accept', 'a.json', '--reason', ' ', '--until', '2099-01-01'], /--reason: not a reason/],
    [['accept', 'a.json', '--reason', 'x', '--until', '2099-13-01'], /--until: "2099-13-01" is not a day/],
    [['accept', 'a.json', '--reason', 'x', '--until', '2020-01-01'], /--until: "2020-01-01" is over/],
    [['accept', 'a.json', ...SAID, '--code', 'closed'], /the report has nothing to accept/],
    [
      ['accept', 'a.json', ...SAID, '--code', 'closde'],
      /--code: unknown code "closde"; did you mean closed\?/,
    ],
    [
      ['accept', 'a.json', ...SAID, '--flow', 'clien*'],
      /named "clien\*"; give for example (?:[a-z-]+>10\.20\.0\.11\/server-\d\.\w+(?:, )?){2}$/m,
    ],
    [['accept'], /^vwaudit: REPORT is missing; give it, see vwaudit accept --help$/m],
    [['report'], /^vwaudit: FILE is missing; give it, see vwaudit report --help$/m],
    [['accept', 'a.nft', ...SAID], /a\.nft:1:1: not valid JSON/],
    [['accept', 'a.json', ...SAID, '--force'], /--out/],
    [[...AUDIT, '--accept', 'a.nft'], /a\.nft:\d+:\d+: /],
    [[...AUDIT, '--accept', 'nowhere.yaml'], /"nowhere\.yaml" can't be read/],
    [['check', '--accept', 'bad.yaml'], /bad\.yaml:1:9: exceptions\[0\]\.code: "exposd" .*write "exposed"/],
  ])('%j is refused', async (argv, message) => {
    writeFileSync(at('bad.yaml'), '- code: exposd\n  flow: "*"\n  reason: x\n  until: 2099-01-01\n');
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toMatch(message);
  });
});
