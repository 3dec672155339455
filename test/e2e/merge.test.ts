import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { MergeReport } from '../../src/verdict/reports/merge-report.ts';
import type { Verdict } from '../../src/verdict/reports/report.ts';
import { host } from '../ports/site.ts';
import { checkReport } from '../report/check-report.ts';
import { runInProcess } from './in-process.ts';
import { validReport } from './schema.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-merge-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const HOSTS = [host('maps-a', 2, true, ['10.20.0.11'])];

function write(name: string, content: string | Buffer): string {
  writeFileSync(path.join(folder, name), content);
  return name;
}

function view(
  name: string,
  as: 'client' | 'config-tool' | 'outsider',
  from: string,
  verdict: Verdict = 'pass',
): string {
  return write(name, JSON.stringify(checkReport(HOSTS, { as, from: [from], verdict: () => verdict })));
}

const CLIENT = view('client.json', 'client', '10.30.4.7');
const TOOL = view('config-tool.json', 'config-tool', '10.20.9.5');
const BAD = view('outsider.json', 'outsider', '10.99.0.1', 'fail');
const SHUT = view('blocked.json', 'outsider', '10.99.0.2');
const OPEN = view('unproven.json', 'outsider', '10.99.0.1', 'unproven');

const merge = (argv: readonly string[], input?: string) =>
  runInProcess(['merge', ...argv], {
    cwd: folder,
    env: { COLUMNS: '80' },
    ...(input !== undefined && { input }),
  });

test('what a demo wrote is merged from a pipe; the JSON keeps to its schema', async () => {
  const check = await runInProcess(['check', '--instances', '4', '--demo', '--json']);
  const { code, stdout, stderr } = await merge(['--json', '-'], check.stdout);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const merged = validReport(stdout) as MergeReport;
  const { flows } = JSON.parse(check.stdout) as { flows: { id: string }[] };
  const plainFlows = merged.flows.map(({ vantage, ...flow }) => ({
    ...flow,
    ...(vantage === 'all' ? {} : { vantage }),
  }));
  expect(plainFlows).toEqual([...flows].sort((a, b) => (a.id < b.id ? -1 : 1)));
  expect(merged.vantages).toMatchObject([{ id: 'all', as: 'all', file: '-' }]);
  expect(merged.summary).toEqual({ pass: 15, fail: 0, unproven: 0 });
});

test('JSON of several: every key of the contract, in its order', async () => {
  const { code, stdout } = await merge(['--json', BAD, TOOL, CLIENT]);
  expect(code).toBe(1);
  const merged = validReport(stdout) as MergeReport;
  expect(Object.keys(merged)).toEqual([
    'schemaVersion',
    'kind',
    'tool',
    'site',
    'assumptions',
    'vantages',
    'flows',
    'findings',
    'skipped',
    'summary',
  ]);
  expect(merged.vantages.map(({ id, file }) => [id, file])).toEqual([
    ['client', CLIENT],
    ['config-tool', TOOL],
    ['outsider', BAD],
  ]);
  expect(new Set(merged.findings.flatMap(({ vantages }) => vantages))).toEqual(new Set(['outsider']));
});

test('a person sees a matrix with a column for each vantage point', async () => {
  const { code, stdout, stderr } = await merge([CLIENT, TOOL, BAD]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toMatch(/PORT +ENDPOINT +client +config-tool +outsider/);
  expect(stdout).toMatch(/103\/tcp +server 1 +config +✓ +✓ +!/);
  expect(stdout).not.toMatch(/[ \t]\n/);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('what no report looked at is a warning', async () => {
  const { code, stdout } = await merge([CLIENT, TOOL]);
  expect(code).toBe(0);
  expect(stdout).toContain('! Not checked: that others are kept out of');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect((await merge([CLIENT, TOOL, '--fail-on', 'warning'])).code).toBe(1);
  const page = await merge([CLIENT, TOOL, '--report', 'html']);
  expect(page.stdout).toContain('not every role of the site was checked');
  validReport((await merge([CLIENT, TOOL, '--json'])).stdout);
});

test.each([
  ['everything proven', [CLIENT, TOOL, SHUT], 0],
  ['nobody spoke for an outsider', [CLIENT, TOOL], 0],
  ['a failed flow', [CLIENT, BAD], 1],
  ['something unproven', [CLIENT, OPEN], 3],
  ['UDP silence, accepted', [CLIENT, OPEN, '--accept-unproven'], 0],
  ['a failed flow is not accepted', [CLIENT, BAD, '--accept-unproven'], 1],
] as const)('exit code: %s', async (_, argv, code) => {
  expect((await merge(argv)).code).toBe(code);
});

test('--fail-on warning', async () => {
  const report = checkReport(HOSTS, { as: 'client' });
  const warning = {
    code: 'unexpected-instance',
    severity: 'warning',
    message: 'x',
    advice: [],
    args: {},
    flows: [],
  };
  const file = write('warning.json', JSON.stringify({ ...report, findings: [warning] }));
  expect((await merge([file])).code).toBe(0);
  expect((await merge([file, '--fail-on', 'warning'])).code).toBe(1);
});

test.each([
  ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${JSON.stringify(checkReport(HOSTS))}`, 'utf16le')],
  ['a byte order mark', `\ufeff${JSON.stringify(checkReport(HOSTS))}`],
  ['CRLF', JSON.stringify(checkReport(HOSTS), null, 2).replaceAll('\n', '\r\n')],
])('reads %s', async (_, content) => {
  expect(await merge([write('windows.json', content)])).toMatchObject({ code: 0, stderr: '' });
});

describe('--listen-log', () => {
  const nonce = '00112233445566778899aabbccddeeff';
  const report = checkReport(HOSTS, {
    as: 'outsider',
    verdict: (_, endpoint) => (endpoint === 'allocator.udp' ? 'unproven' : 'pass'),
  });
  const silent = write(
    'silent.json',
    JSON.stringify({
      ...report,
      flows: report.flows.map((flow) =>
        flow.verdict === 'unproven'
          ? { ...flow, nonce }
          : { ...flow, state: 'filtered', reason: 'admin-prohibited' },
      ),
    }),
  );
  const held = { endpoint: 'allocator.udp', transport: 'udp', port: 10_100, address: '10.20.0.11' };
  const at = (seconds: number) => new Date(Date.parse(report.startedAt) + seconds * 1_000).toISOString();
  const log = [
    { schemaVersion: 1, kind: 'listen', startedAt: at(-5), held: [held], notHeld: [] },
    { kind: 'counts', time: at(1), ports: [] },
  ];
  const end = (contacts: number) => ({
    ...{ kind: 'summary', time: at(5), contacts, unreported: 0 },
    ports: [{ ...held, contacts, unreported: 0, bytesIn: 0, bytesOut: 0 }],
  });
  const contact = { kind: 'contact', time: at(1), ...held, source: '10.99.0.1:4000', nonce };
  const lines = (...records: object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const nothing = write('nothing.jsonl', lines(...log, end(0)));

  test('held all the time, and nothing arrived: blocked, exit 0', async () => {
    expect((await merge([silent])).code).toBe(3);
    const { code, stdout, stderr } = await merge([silent, '--listen-log', nothing, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { flows, summary } = validReport(stdout) as MergeReport;
    expect(summary.unproven).toBe(0);
    const udp = flows.find(({ endpoint }) => endpoint === 'allocator.udp');
    expect(udp).toMatchObject({ state: 'filtered', reason: 'listen-log', verdict: 'pass' });
    expect(udp?.evidence[0]).toMatch(/^listen log nothing\.jsonl: the port was open the whole time/);
  });

  test('several after one flag', async () => {
    const other = write('other.jsonl', lines(...log, end(0)).replaceAll('10.20.0.11', '10.20.0.99'));
    expect((await merge([silent, '--listen-log', other, nothing])).code).toBe(0);
    const { code, stderr } = await merge(['--listen-log', other, nothing]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no report is given/);
  });

  test('a log that does not cover the check says so', async () => {
    const early = write(
      'early.jsonl',
      lines(log[0]!, { kind: 'summary', time: at(-1), ...{ contacts: 0, unreported: 0, ports: [] } }),
    );
    const { code, stderr } = await merge([silent, '--listen-log', early]);
    expect(code).toBe(3);
    expect(stderr).toBe(
      'note: early.jsonl cannot prove silence in silent.json: it covers 07:59:55-07:59:59, the check ran 08:00:00-08:00:01 UTC; let vwaudit listen run until after the check and check again\n',
    );
    expect((await merge([silent, '--listen-log', early, '--quiet'])).stderr).toBe('');
  });

  test('it arrived: exposed, exit 1', async () => {
    const arrived = write('arrived.jsonl', lines(...log, contact, end(1)));
    const { code, stdout } = await merge([silent, '--listen-log', arrived, '--json']);
    expect(code).toBe(1);
    const { findings } = validReport(stdout) as MergeReport;
    expect(findings.map(({ code: one }) => one)).toEqual(['exposed', 'not-checked', 'stand-in']);
  });

  test('in UTF-16 with CRLF, as PowerShell writes it', async () => {
    const text = `\ufeff${lines(...log, end(0)).replaceAll('\n', '\r\n')}`;
    const file = write('powershell.jsonl', Buffer.from(text, 'utf16le'));
    expect((await merge([silent, '--listen-log', file])).code).toBe(0);
  });

  test('two logs put together, each with its byte order mark', async () => {
    const other = lines(...log, end(0)).replaceAll('10.20.0.11', '10.20.0.99');
    const file = write('both.jsonl', `\ufeff${other}\ufeff${lines(...log, end(0))}`);
    expect((await merge([silent, '--listen-log', file])).code).toBe(0);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['twice', [nothing, '--listen-log', nothing], /"nothing\.jsonl" is given twice; give each file once/],
    ['no such file', ['none.jsonl'], /--listen-log: "none\.jsonl" can't be read/],
    [
      'a report',
      [write('pretty.json', JSON.stringify(report, null, 2))],
      /pretty\.json:1: it does not begin with the header of a listen log; give the log of vwaudit listen/,
    ],
  ])('%s: exit 2, one line', async (_, words, message) => {
    const { code, stdout, stderr } = await merge([silent, '--listen-log', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vwaudit: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  });
});

describe('bad input: exit 2, one line that names file and fix, nothing on stdout', () => {
  const cut = JSON.stringify(checkReport(HOSTS), null, 2).slice(0, 400);
  test.each<[string, readonly string[], RegExp]>([
    ['no report', [], /no report is given; name the files/],
    ['no such file', ['nope.json'], /"nope\.json" can't be read \(ENOENT\); give a readable file/],
    ['a folder', ['.'], /"\." can't be read \(EISDIR\)/],
    [
      'cut off',
      [write('cut.json', cut)],
      /cut\.json:\d+:\d+: the JSON ends too early; give the complete file/,
    ],
    ['no JSON', [write('text.json', 'hello\n')], /text\.json:1:1: not valid JSON at "hello"/],
    [
      'binary',
      [write('bin.json', Buffer.from([0, 1, 2, 0xff, 0x1b, 0x5b]))],
      /bin\.json:1:1: not valid JSON at "\\x00\\x01/,
    ],
    ['empty', [write('empty.json', '')], /empty\.json: the file is empty/],
    [
      'another kind',
      [write('ports.json', '{"schemaVersion": 1, "kind": "ports"}')],
      /a report of kind "ports"/,
    ],
    ['the same file twice', [CLIENT, CLIENT], /"client\.json" is given twice; give each report once/],
    [
      'the same vantage twice',
      [CLIENT, view('again.json', 'client', '10.30.4.7')],
      /again\.json: this is the same report as client\.json/,
    ],
    [
      'another site',
      [
        CLIENT,
        write(
          'other.json',
          JSON.stringify(checkReport([host('maps-z', 1, true, ['10.0.0.1'])], { as: 'outsider' })),
        ),
      ],
      /other\.json: this report is of another site than client\.json: host "maps-a" missing/,
    ],
    ['an unknown flag', [CLIENT, '--fail'], /unknown flag "--fail"/],
  ])('%s', async (_, argv, message) => {
    const [{ code, stdout, stderr }, json] = await Promise.all([merge(argv), merge([...argv, '--json'])]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vwaudit: [^\n]*\n$/);
    expect(stderr).toMatch(message);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 2, stderr: '' });
    validReport(json.stdout);
  });

  test('the error of a check that could not run is reported, not merged', async () => {
    const failed = await runInProcess(['check', '--host', 'http://maps-a/', '--json']);
    const { code, stderr } = await merge(['-'], failed.stdout);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /standard input: this is an error, not a report: --host: .*; correct that and run the check again/,
    );
  });

  test('nothing on standard input', async () => {
    expect(await merge(['-'], '')).toMatchObject({ code: 2, stdout: '' });
  });
});
