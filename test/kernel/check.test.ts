import { afterAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { validReport } from '../e2e/schema.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { programOn } from './lab/program-on.ts';

/** `vwaudit check`, the built program, against hosts with real firewalls, over both families. */
const FAMILIES = [
  {
    address: '10.0.0.2',
    tool: 'iptables',
    down: '10.0.0.99',
    prohibited: 'icmp-admin-prohibited',
    unreachable: 'icmp-port-unreachable',
  },
  {
    address: 'fd00::2',
    tool: 'ip6tables',
    down: 'fd00::99',
    prohibited: 'icmp6-adm-prohibited',
    unreachable: 'icmp6-port-unreachable',
  },
] as const;

/** Holds TCP ports (accepts and waits, as a server does), HTTP ports and UDP ports (silent) until killed. */
const SERVER = `
const [tcp, http, udp] = JSON.parse(process.argv[1]);
const net = require('net'), dgram = require('dgram');
let left = tcp.length + http.length + udp.length;
const held = () => (left -= 1) === 0 && console.log('ready');
for (const port of tcp) net.createServer((s) => { s.on('error', () => {}).resume(); }).listen(port, '::', held);
for (const port of http) require('http').createServer((q, r) => r.end('ok')).listen(port, '::', held);
for (const port of udp) dgram.createSocket('udp6').bind(port, held);
`;

let lab = createLab();
let client: LabHost;
let server: LabHost;
const children: { kill(signal: 'SIGKILL'): boolean }[] = [];

beforeEach(() => {
  lab = createLab();
  [client, server] = [lab.host('client'), lab.host('server')];
  lab.cable(client, ['10.0.0.1/24', 'fd00::1/64'], server, ['10.0.0.2/24', 'fd00::2/64']);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  lab.close();
});

afterAll(() => {
  lab.close();
});

async function serve(
  tcp: readonly number[],
  http: readonly number[] = [],
  udp: readonly number[] = [],
): Promise<void> {
  const child = server.spawn(['node', '-e', SERVER, JSON.stringify([tcp, http, udp])]);
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

async function check(...argv: string[]): Promise<{ report: CheckReport; code: number | null }> {
  const { code, stdout, stderr } = await programOn(client)([
    ...['check', '--instances', '4'],
    // A slow machine's pace makes it ask again what an ICMP rate limit may hide, and say so.
    ...[...argv, '--json', '--quiet'],
  ]);
  expect(stderr).toBe('');
  return { report: validReport(stdout) as CheckReport, code };
}

describe.each(FAMILIES)('$address', ({ address, tool, down, prohibited, unreachable }) => {
  test('nobody listens: all 15 closed, the five UDP ports too, in one ordinary run', async () => {
    const { report, code } = await check('--host', address);
    expect(report.flows.map(({ state }) => state)).toEqual(Array.from({ length: 15 }, () => 'closed'));
    expect(
      report.flows
        .filter(({ transport }) => transport === 'udp')
        .every(({ reason }) => reason === 'port-unreach'),
    ).toBe(true);
    expect(code).toBe(1);
  });

  test('every kind of answer in one run: open, not HTTP, closed, dropped, rejected, silent UDP', async () => {
    await serve([102, 103, 10301], [10302], [10200]);
    for (const rule of [
      ['-p', 'tcp', '--dport', '10100', '-j', 'DROP'],
      ['-p', 'udp', '--dport', '10201', '-j', 'DROP'],
      ['-p', 'udp', '--dport', '10202', '-j', 'REJECT', '--reject-with', prohibited],
      ['-p', 'tcp', '--dport', '10101', '-j', 'REJECT', '--reject-with', prohibited],
      ['-p', 'tcp', '--dport', '10102', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
      ['-p', 'tcp', '--dport', '10103', '-j', 'REJECT', '--reject-with', unreachable],
    ]) {
      server.must([tool, '-A', 'INPUT', ...rule]);
    }
    const { report, code } = await check('--host', address);
    const seen = Object.fromEntries(
      report.flows.map(({ endpoint, state, reason, verdict }) => [endpoint, `${state} ${reason} ${verdict}`]),
    );
    // Whether a refusal was ICMP is found by counting, which other traffic can make impossible: then it stays a refusal.
    expect(['filtered port-unreach fail', 'closed conn-refused fail']).toContain(seen['server-4.client']);
    delete seen['server-4.client'];
    expect(seen).toEqual({
      'server-1.client': 'open syn-ack pass',
      'server-1.config': 'open syn-ack pass',
      'allocator.client': 'filtered no-response fail',
      'server-2.client':
        tool === 'iptables' ? 'filtered host-unreach fail' : 'filtered admin-prohibited fail',
      'server-3.client': 'closed conn-refused fail',
      'server-1.http': 'open no-http-answer unproven',
      'server-2.http': 'open http-response pass',
      'server-3.http': 'closed conn-refused fail',
      'server-4.http': 'closed conn-refused fail',
      'allocator.udp': 'closed port-unreach fail',
      'server-1.udp': 'open|filtered no-response unproven',
      'server-2.udp': 'open|filtered no-response unproven',
      'server-3.udp': 'filtered admin-prohibited fail',
      'server-4.udp': 'closed port-unreach fail',
    });
    expect(code).toBe(1);
  });

  test('a host that answers some ports and drops the rest: two rounds of the timeout', async () => {
    await serve([102, 10101]);
    const ports = ['-m', 'multiport', '--dports', '103,10100,10102:10304'];
    for (const transport of ['tcp', 'udp'])
      server.must([tool, '-A', 'INPUT', '-p', transport, ...ports, '-j', 'DROP']);
    const { report } = await check('--host', address, '--timeout', '2000');
    expect(report.summary).toEqual({ pass: 2, fail: 8, unproven: 5 });
    expect(report.durationMs).toBeGreaterThan(2 * 2000 - 50);
  });

  test('a host that is down is unreachable, not filtered', async () => {
    const { report } = await check('--host', down);
    const tcp = report.flows.filter(({ transport }) => transport === 'tcp');
    expect([...new Set(tcp.map(({ state, reason }) => `${state} ${reason}`))]).toEqual([
      'unreachable host-unreach',
    ]);
    expect(
      report.flows.filter(({ transport, verdict }) => transport === 'udp' && verdict === 'pass'),
    ).toEqual([]);
  });

  test('20 TCP ports rejected by port-unreachable are no unexplained mixture of closed and filtered', async () => {
    server.must([tool, '-A', 'INPUT', '-p', 'tcp', '-j', 'REJECT', '--reject-with', unreachable]);
    const { code: status, stdout } = await programOn(client)([
      'check',
      '-i',
      '9',
      '--host',
      address,
      '--json',
    ]);
    const report = validReport(stdout) as CheckReport;
    const tcp = report.flows.filter(({ transport }) => transport === 'tcp');
    expect(tcp).toHaveLength(20);
    expect(status).toBe(1);
    const kinds = new Set(tcp.map(({ state, reason }) => `${state} ${reason}`));
    expect(kinds).toContain('filtered port-unreach');
    if (kinds.size > 1) {
      const limited = report.findings.find(({ code }) => code === 'icmp-rate-limited');
      const odd = tcp.filter(({ reason }) => reason !== 'port-unreach').map(({ id }) => id);
      expect(odd.filter((id) => limited?.flows.includes(id) !== true)).toEqual([]);
    }
  });
});

test('as an outsider: what is silent, refused or open, and nothing passes that was not proven', async () => {
  await serve([102, 10101]);
  server.must(['iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', '10102', '-j', 'DROP']);
  server.must([
    'iptables',
    '-A',
    'INPUT',
    '-p',
    'tcp',
    '--dport',
    '10103',
    '-j',
    'REJECT',
    '--reject-with',
    'icmp-admin-prohibited',
  ]);
  const { report, code } = await check('--host', '10.0.0.2', '--as', 'outsider');
  const verdicts = Object.fromEntries(report.flows.map(({ endpoint, verdict }) => [endpoint, verdict]));
  expect(verdicts).toMatchObject({
    'server-1.client': 'fail',
    'server-2.client': 'fail',
    'server-3.client': 'pass',
    'server-4.client': 'pass',
    'server-1.config': 'unproven',
    'allocator.udp': 'unproven',
  });
  expect(report.findings[0]?.code).toBe('exposed');
  expect(code).toBe(1);
});

test('an outsider before a host that drops everything has proven nothing', async () => {
  server.must(['iptables', '-A', 'INPUT', '-j', 'DROP']);
  const { report, code } = await check('--host', '10.0.0.2', '--as', 'outsider');
  expect(report.summary).toEqual({ pass: 0, fail: 0, unproven: 15 });
  expect(code).toBe(3);
});
