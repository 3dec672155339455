import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { validReport } from '../e2e/schema.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { programOn } from './lab/program-on.ts';

/** `vwaudit check` from a machine, or of a machine, that does not show what it is asked for. */

/** Holds TCP ports at the given hosts until killed; IPv6 sockets take no IPv4. */
const SERVER = `
const [hosts, tcp, http, udp] = JSON.parse(process.argv.at(-1));
const net = require('net'), dgram = require('dgram');
let left = hosts.length * (tcp.length + http.length + udp.length);
const held = () => (left -= 1) === 0 && console.log('ready');
for (const host of hosts) {
  for (const port of tcp) net.createServer((s) => { s.on('error', () => {}).resume(); }).listen({ port, host, ipv6Only: true }, held);
  for (const port of http) require('http').createServer((q, r) => r.end('ok')).listen({ port, host, ipv6Only: true }, held);
  for (const port of udp) dgram.createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', ipv6Only: host.includes(':') }).bind(port, host, held);
}
`;
const BOTH = ['0.0.0.0', '::'];

const lab = createLab();
const [client, server] = [lab.host('client'), lab.host('server')];
const children: ChildProcess[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-standing-'));

beforeAll(() => {
  // Node by its own name might be `vwaudit listen`.
  for (const name of ['vizworld', 's7oiehsx', 'another'])
    copyFileSync(process.execPath, path.join(folder, name));
  lab.cable(client, ['10.30.0.7/8', 'fd00::7/64'], server, ['10.20.0.11/8', 'fd00::11/64']);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  server.must(['nft', 'flush', 'ruleset']);
});

afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

async function serve(spec: readonly (readonly (string | number)[])[], program = 'vizworld'): Promise<void> {
  const child = server.spawn([path.join(folder, program), '-e', SERVER, JSON.stringify(spec)]);
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

const VIZ_WORLD = [[102, 103, 10100], [10301], [10100, 10200]] as const;

async function check(
  from: LabHost,
  ...argv: string[]
): Promise<{ report: CheckReport; code: number | null; codes: string[] }> {
  const { code, stdout } = await programOn(from)(['check', '-i', '1', ...argv, '--json']);
  const report = validReport(stdout) as CheckReport;
  return { report, code, codes: report.findings.map(({ code: one }) => one) };
}

const verdicts = ({ flows }: CheckReport) =>
  Object.fromEntries(flows.map(({ endpoint, verdict }) => [endpoint, verdict]));

test('on the server, as client: loopback never meets the rules that drop every client', async () => {
  await serve([BOTH, ...VIZ_WORLD]);
  server.must(['nft', '-f', '-'], {
    input: 'table inet f { chain i { type filter hook input priority 0; policy drop\n iif lo accept\n }\n}\n',
  });
  for (const skip of [[], ['--skip', 'server-1.config']]) {
    const { report, code, codes } = await check(server, '--host', '10.20.0.11', '--as', 'client', ...skip);
    expect(verdicts(report)).toEqual({ 'server-1.client': 'unproven', 'allocator.client': 'unproven' });
    expect({ code, codes }).toEqual({ code: 3, codes: ['own-machine'] });
  }
  const everybody = await check(server, '--host', '10.20.0.11', '--no-stand-in');
  expect(verdicts(everybody.report)).toMatchObject({
    'server-1.client': 'unproven',
    'server-1.config': 'pass',
  });
  expect({ code: everybody.code, codes: everybody.codes }).toEqual({ code: 3, codes: ['own-machine'] });
  // What runs there is seen as it should be, and so is everything at once: is it up?
  expect((await check(server, '--host', '10.20.0.11', '--as', 'config-tool')).code).toBe(0);
  expect((await check(server, '--no-stand-in')).code).toBe(0);
});

test('from an address that is not stated for the role nothing is proven, and no rules are advised', async () => {
  await serve([BOTH, ...VIZ_WORLD]);
  server.must(['nft', '-f', '-'], {
    input:
      'table inet f { chain i { type filter hook input priority 0\n tcp dport { 103, 10301 } reject with icmpx admin-prohibited\n udp dport { 10100, 10200 } reject with icmpx admin-prohibited\n }\n}\n',
  });
  const allow = [
    '--host',
    '10.20.0.11',
    '--allow',
    'client=10.30.0.0/16',
    '--allow',
    'config-tool=10.20.9.5',
  ];
  const tool = await check(client, '--as', 'config-tool', ...allow);
  expect(verdicts(tool.report)).toMatchObject({ 'server-1.client': 'pass', 'server-1.config': 'unproven' });
  expect({ code: tool.code, codes: tool.codes }).toEqual({ code: 3, codes: ['wrong-vantage'] });
  const outsider = await check(client, '--as', 'outsider', ...allow);
  expect({ code: outsider.code, codes: outsider.codes }).toEqual({ code: 3, codes: ['wrong-vantage'] });
  const other = await check(
    client,
    '--as',
    'client',
    '--host',
    '10.20.0.11',
    '--allow',
    'client=10.99.0.0/16',
  );
  expect(new Set(Object.values(verdicts(other.report)))).toEqual(new Set(['unproven']));
  expect((await check(client, '--as', 'client', ...allow)).code).toBe(0);
});

test('a port on IPv6 only fails where clients use IPv4, and passes where they do not', async () => {
  await serve([BOTH, [103, 10100], [10301], [10100, 10200]]);
  await serve([['::'], [102], [], []]);
  const { report, code, codes } = await check(server, '--no-stand-in');
  expect(report.flows.filter(({ verdict }) => verdict !== 'pass')).toEqual([
    expect.objectContaining({ endpoint: 'server-1.client', reason: 'ipv6-only', verdict: 'fail' }),
  ]);
  expect({ code, codes }).toEqual({ code: 1, codes: ['one-family-only'] });
  expect((await check(server, '--no-stand-in', '--allow', 'client=fd00:30::/48')).code).toBe(0);
  expect((await check(server, '--no-stand-in', '-6')).code).toBe(0);
});

test('a port that another program has opened is unproven', async () => {
  await serve([BOTH, [103, 10100], [10301], [10100, 10200]]);
  await serve([BOTH, [102], [], []], 's7oiehsx');
  const { report, code, codes } = await check(server, '--no-stand-in');
  expect(verdicts(report)).toMatchObject({ 'server-1.client': 'unproven', 'server-1.config': 'pass' });
  expect({ code, codes }).toEqual({ code: 3, codes: ['foreign-process'] });
});

test('a second legitimate program on a port: exit 0 with its exception, until yet another one has the port', async () => {
  await serve([BOTH, [103, 10100], [10301], [10100, 10200]]);
  await serve([BOTH, [102], [], []], 's7oiehsx');
  const [report, exceptions] = [path.join(folder, 'report.json'), path.join(folder, 'exceptions.yaml')];
  writeFileSync(report, JSON.stringify((await check(server, '--no-stand-in')).report));
  const said = ['--reason', 'the proxy of the newsroom', '--until', '2099-12-31', '--out', exceptions];
  expect(await programOn(server)(['accept', report, ...said])).toMatchObject({ code: 0 });
  const accepted = await check(server, '--no-stand-in', '--accept', exceptions);
  expect(accepted).toMatchObject({ code: 0, codes: ['foreign-process'] });
  expect(accepted.report.summary).toMatchObject({ fail: 0, unproven: 0, accepted: 1 });
  const second = children.pop()!;
  const ended = once(second, 'exit');
  second.kill('SIGKILL');
  await ended;
  await serve([BOTH, [102], [], []], 'another');
  const other = await check(server, '--no-stand-in', '--accept', exceptions);
  expect({ code: other.code, codes: [...other.codes].sort() }).toEqual({
    code: 3,
    codes: ['acceptance-unmatched', 'foreign-process'],
  });
});

/** The first SYN of each connection is lost: whatever is asked answers after a second, when the system sends it again. */
const LATE = (ports: string): string =>
  `table inet f {
    set seen { type inet_service; flags dynamic,timeout; timeout 60s; }
    chain i {
      type filter hook input priority 0
      tcp dport { ${ports} } tcp flags syn / syn,ack tcp sport != @seen add @seen { tcp sport } drop
      udp dport { 10100, 10200 } reject with icmpx admin-prohibited
    }
  }
  `;
const STATED = ['--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16', '--timeout', '400'];

test('a port that must be blocked and answers after the timeout is exposed, not dropped', async () => {
  await serve([BOTH, ...VIZ_WORLD]);
  server.must(['nft', '-f', '-'], { input: LATE('103') });
  const { report, code, codes } = await check(client, '--as', 'client', ...STATED);
  expect(verdicts(report)).toMatchObject({ 'server-1.client': 'pass', 'server-1.config': 'fail' });
  expect(codes).toContain('late-answers');
  expect(code).toBe(1);
});

test('answers that take longer than the timeout: nothing is said to react to probing, the flag is named', async () => {
  await serve([BOTH, ...VIZ_WORLD]);
  server.must(['nft', '-f', '-'], { input: LATE('1-65535') });
  const { report, codes } = await check(client, '--as', 'client', ...STATED);
  expect(verdicts(report)).toMatchObject({ 'server-1.client': 'pass', 'allocator.client': 'pass' });
  expect(codes).toContain('late-answers');
  expect(codes).not.toContain('reacts-to-probing');
  expect(codes).not.toContain('handshake-only');
  expect(report.findings.find(({ code }) => code === 'late-answers')?.advice.join()).toMatch(
    /--timeout \d+000/,
  );
});
