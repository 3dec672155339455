import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import type { TraceReport } from '../../src/verdict/reports/trace-report.ts';
import { validReport } from '../e2e/schema.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { collectOn } from './lab/program-on.ts';

/** A bridge between the client and the server whose rules let everything pass, while its ports do not. */
const lab = createLab();
const [bridge, server, client] = ['bridge', 'server', 'client'].map((name) => lab.host(name)) as [
  LabHost,
  LabHost,
  LabHost,
];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-bridge-ports-'));

beforeAll(() => {
  lab.cable(bridge, [], server, ['10.61.0.11/16']);
  lab.cable(bridge, [], client, ['10.61.0.5/16']);
  bridge.must('ip link add br0 type bridge'.split(' '));
  bridge.must('ip link set br0 up'.split(' '));
  bridge.must('ip addr add 10.61.0.1/16 dev br0'.split(' '));
  for (const port of ['v1a', 'v2a']) bridge.must(['ip', 'link', 'set', port, 'master', 'br0']);
  bridge.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  bridge.must(['nft', '-f', '-'], {
    input: 'table bridge t { chain f { type filter hook forward priority 0; policy accept; }; }\n',
  });
});

afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

const undo: string[] = [];
afterEach(() => {
  for (const command of undo.splice(0).reverse()) bridge.run(command.split(' '));
});

const CONNECT = (to: string): string => `const socket = require('net').connect({ host: '${to}', port: 102 });
socket.setTimeout(1500, () => { console.log('silent'); socket.destroy(); });
socket.on('error', ({ code }) => console.log(code));`;

const isAnswered = (to: string): boolean =>
  client.must(['node', '-e', CONNECT(to)]).trim() === 'ECONNREFUSED';

async function told(to: string, hook: 'forward' | 'input'): Promise<readonly (string | undefined)[]> {
  const file = path.join(folder, 'machine.json');
  writeFileSync(file, await collectOn(bridge));
  const audited = await runInProcess([
    ...['audit', file, '--instances', '1', '--host', to, '--hook', hook, '--json', '--quiet'],
    ...['--allow', 'client=10.61.0.5'],
  ]);
  const { flows } = validReport(audited.stdout) as AuditReport;
  const flow = flows.find(
    ({ from, port, transport }) => from.role === 'client' && port === 102 && transport === 'tcp',
  );
  const traced = await runInProcess([
    ...['trace', file, '--hook', hook, '--json', '--quiet'],
    ...['--packet', `tcp 10.61.0.5:40000 > ${to}:102`],
  ]);
  const { packets } = JSON.parse(traced.stdout) as TraceReport;
  return [flow?.verdict, packets[0]?.result, packets[0]?.reason?.code];
}

const SERVER = '10.61.0.11';

test('what passes is told so', async () => {
  await expect.poll(() => isAnswered(SERVER)).toBe(true);
  await expect.poll(() => told(SERVER, 'forward')).toEqual(['pass', 'allowed', undefined]);
});

const CASES: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'isolated ports',
    ['v1a', 'v2a'].map((port) => [
      `bridge link set dev ${port} isolated on`,
      `bridge link set dev ${port} isolated off`,
    ]),
  ],
  ['a port that does not forward', [['bridge link set dev v2a state 0', 'bridge link set dev v2a state 3']]],
  [
    'the link address of the client at another port',
    [['bridge fdb replace CLIENT dev v1a master static sticky', 'bridge fdb del CLIENT dev v1a master']],
  ],
  [
    'the link address of the client taken for that of the machine',
    [['bridge fdb replace CLIENT dev v1a master permanent', 'bridge fdb del CLIENT dev v1a master']],
  ],
];

function change(commands: readonly (readonly [string, string])[]): void {
  const [{ address: mac }] = JSON.parse(client.must(['ip', '-j', 'link', 'show', 'v2b'])) as [
    { address: string },
  ];
  for (const [command, back] of commands) {
    const words = command.replaceAll('CLIENT ', `${mac} `).split(' ');
    bridge.must(words);
    undo.push(back.replaceAll('CLIENT ', `${mac} `));
  }
}

test.each(CASES)('%s', async (_, commands) => {
  change(commands);
  expect(isAnswered(SERVER)).toBe(false);
  expect(await told(SERVER, 'forward')).toEqual(['unproven', 'undecided', 'frames-not-passed']);
});

test('the machine itself is reached by an isolated port, and not by one that does not forward', async () => {
  bridge.must(['bridge', 'link', 'set', 'dev', 'v2a', 'isolated', 'on']);
  expect(isAnswered('10.61.0.1')).toBe(true);
  bridge.must([
    'nft',
    'add',
    'table',
    'inet',
    'own',
    '{ chain i { type filter hook input priority 0; policy accept; }; }',
  ]);
  await expect.poll(() => told('10.61.0.1', 'input')).toEqual(['pass', 'allowed', undefined]);
  for (const port of ['v1a', 'v2a']) bridge.must(['bridge', 'link', 'set', 'dev', port, 'state', '0']);
  expect(isAnswered('10.61.0.1')).toBe(false);
  expect((await told('10.61.0.1', 'input')).slice(0, 2)).toEqual(['unproven', 'undecided']);
});
