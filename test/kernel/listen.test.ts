import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { createLab } from './lab/lab.ts';
import { programOn } from './lab/program-on.ts';
import { standIn, type StandIn } from './stand-in.ts';

/** `vwaudit listen` on one host, `vwaudit check` on another, a firewall in between. */
const FAMILIES = [
  { family: 4, address: '10.0.0.2', tool: 'iptables' },
  { family: 6, address: 'fd00::2', tool: 'ip6tables' },
] as const;

const UDP = ['10100/udp', '10200/udp', '10201/udp'];

const lab = createLab();
const [client, server] = [lab.host('client'), lab.host('server')];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-listen-'));
let listening: StandIn | undefined;
let runs = 0;

beforeAll(() => {
  lab.cable(client, ['10.0.0.1/24', 'fd00::1/64'], server, [
    ...['10.0.0.2/24', '10.0.0.3/24'],
    ...['fd00::2/64', 'fd00::3/64'],
  ]);
});

afterEach(async () => {
  await listening?.stop('SIGKILL');
  listening = undefined;
  for (const host of [client, server]) for (const { tool } of FAMILIES) host.must([tool, '-F']);
});

afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listen(...flags: string[]): Promise<StandIn> {
  runs += 1;
  listening = await standIn(server, path.join(folder, `${runs}.jsonl`), ['--instances', '2', ...flags]);
  return listening;
}

async function check(...flags: string[]) {
  const argv = ['check', '--instances', '2', '--timeout', '1000', '--json', ...flags];
  const { code, stdout, stderr } = await programOn(client)(argv);
  if (stdout === '') throw new Error(`check ended with ${code}: ${stderr}`);
  const { flows, findings, summary } = JSON.parse(stdout) as CheckReport;
  const pairs = (transport: 'tcp' | 'udp') => [
    ...new Set(
      flows
        .filter((flow) => flow.transport === transport)
        .map(({ state, reason, verdict }) => `${state} ${reason}: ${verdict}`),
    ),
  ];
  return {
    code,
    flows,
    summary,
    codes: findings.map(({ code: one }) => one),
    tcp: pairs('tcp'),
    udp: pairs('udp'),
  };
}

describe.each(FAMILIES)('IPv$family', ({ address, tool }) => {
  test('answers lost on the way back: unproven without the log, proven with it', async () => {
    const { file, records } = await listen();
    client.must([tool, '-A', 'INPUT', '-p', 'udp', '-j', 'DROP']);
    expect(await check('--host', address)).toMatchObject({
      code: 3,
      udp: ['open|filtered no-response: unproven'],
    });
    const proven = await check('--host', address, '--listen-log', file);
    expect(proven).toMatchObject({ code: 0, udp: ['open listen-log: pass'] });
    for (const { transport, evidence, nonce } of proven.flows.filter(({ transport: one }) => one === 'udp')) {
      expect(evidence[0]).toMatch(/^listen log .*: our nonce arrived from /);
      const contact = records().find((record) => record.kind === 'contact' && record.nonce === nonce);
      expect(contact).toMatchObject({ transport, address });
    }
  });

  test('dropped on the way in: a pass for who must not get in, a failure for who must; nothing without the log', async () => {
    const { file } = await listen();
    server.must([tool, '-A', 'INPUT', '-p', 'udp', '-j', 'DROP']);
    const outsider = ['--host', address, '--as', 'outsider', '--no-extra'];
    expect(await check(...outsider)).toMatchObject({ udp: ['open|filtered no-response: unproven'] });
    expect(await check(...outsider, '--listen-log', file)).toMatchObject({
      udp: ['filtered listen-log: pass'],
    });
    const all = await check('--host', address, '--listen-log', file);
    expect(all).toMatchObject({
      code: 1,
      udp: ['filtered listen-log: fail'],
      codes: ['filtered', 'stand-in'],
    });
  });

  test('in, but the answer lost: an exposed port is not taken for a blocked one', async () => {
    const { file } = await listen();
    client.must([tool, '-A', 'INPUT', '-p', 'udp', '-j', 'DROP']);
    const seen = await check('--host', address, '--as', 'outsider', '--listen-log', file);
    expect(seen).toMatchObject({ code: 1, udp: ['open listen-log: fail'] });
    expect(seen.codes).toContain('exposed');
  });

  test('a log that ended before, or was made at another address, proves no silence', async () => {
    const first = await listen();
    expect(await first.stop()).toBe(0);
    server.must([tool, '-A', 'INPUT', '-p', 'udp', '-j', 'DROP']);
    const flags = ['--host', address, '--as', 'outsider', '--listen-log', first.file];
    expect(await check(...flags)).toMatchObject({ udp: ['open|filtered no-response: unproven'] });
    const { file } = await listen('--bind', '10.0.0.3', '--bind', 'fd00::3');
    expect(await check(...flags, '--listen-log', file)).toMatchObject({
      udp: ['open|filtered no-response: unproven'],
    });
  });
});

test('a host with several addresses answers from the one that was asked', async () => {
  await listen();
  const seen = await check(
    ...['10.0.0.2', '10.0.0.3', 'fd00::2', 'fd00::3'].flatMap((one) => ['--host', one]),
  );
  expect(seen).toMatchObject({
    code: 0,
    tcp: ['open syn-ack: pass', 'open http-response: pass'],
    udp: ['open udp-response: pass'],
  });
});

test('TCP contacts name their source, because probes say goodbye in order', async () => {
  const { records } = await listen();
  for (let round = 0; round < 5; round += 1) await check('--host', '10.0.0.2', '--host', 'fd00::2');
  const contacts = records().filter((record) => record.kind === 'contact');
  // Nine ports at each address, and the open ones over TCP, but the configuration port, once more at the end.
  expect(contacts).toHaveLength(5 * 2 * (9 + 5));
  expect(contacts.filter(({ source }) => !/^(10\.0\.0\.1|\[fd00::1\]):\d+$/.test(source ?? ''))).toEqual([]);
});

test('beside another program: its ports are named with their holder, the free ones are held', async () => {
  const other = server.spawn([
    process.execPath,
    '-e',
    `require('net').createServer().listen(10101, '0.0.0.0', () => require('dgram').createSocket('udp4').bind(10200, () => console.log('ready')))`,
  ]);
  await once(other.stdout, 'data');
  const { records, stop } = await listen();
  const [head] = records();
  if (head?.kind !== 'listen') throw new Error('no head');
  const notHeld = head.notHeld.filter(({ address }) => !address.startsWith('127.'));
  expect(notHeld.map(({ port, address }) => `${port} ${address}`).sort()).toEqual([
    '10101 0.0.0.0',
    '10200 10.0.0.2',
    '10200 10.0.0.3',
  ]);
  for (const { why } of notHeld)
    expect(why).toMatch(new RegExp(`^in use by \\S+ \\(process ${other.pid}\\)$`));
  expect(UDP.filter((port) => head.held.some((one) => `${one.port}/${one.transport}` === port))).toEqual(UDP);
  expect(await stop('SIGINT')).toBe(0);
  other.kill('SIGKILL');
});
