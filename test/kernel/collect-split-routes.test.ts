import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { validReport } from '../e2e/schema.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { createLab } from './lab/lab.ts';
import { collectOn } from './lab/program-on.ts';

/** A server whose clients are behind the router of one interface, while its routes or routing rules send the answers by another. */
const lab = createLab();
const [server, client, other] = [lab.host('server'), lab.host('client'), lab.host('other')];
const [LAN, VPN] = ['v1a', 'v2a'];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-split-routes-'));
const RULES = `table inet t {
  chain i { type filter hook input priority 0; policy drop; ct state established,related accept; icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    ip saddr 10.50.0.0/16 tcp dport 102 accept; ip6 saddr fd50::/32 tcp dport 102 accept; }
}
`;

beforeAll(() => {
  lab.cable(server, ['10.20.0.1/24', 'fd20::1/64'], client, ['10.20.0.2/24', 'fd20::2/64']);
  lab.cable(server, ['10.8.0.2/24', 'fd08::2/64'], other, ['10.8.0.1/24', 'fd08::1/64']);
  client.must('ip addr add 10.50.0.5/32 dev lo'.split(' '));
  client.must('ip addr add fd50::5/128 dev lo nodad'.split(' '));
  server.must('ip route add default via 10.20.0.2'.split(' '));
  server.must('ip -6 route add default via fd20::2'.split(' '));
  server.must(['sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=0', `net.ipv4.conf.${LAN}.rp_filter=0`]);
  server.must(['nft', '-f', '-'], { input: RULES });
});

afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

const undo: string[] = [];
afterEach(() => {
  for (const command of undo.splice(0).reverse()) server.run(command.split(' '));
});

/** Whether every one of some connections of the client gets an answer, even that nobody listens. */
function isAnswered(family: 4 | 6): boolean {
  const [from, to] = family === 4 ? ['10.50.0.5', '10.20.0.1'] : ['fd50::5', 'fd20::1'];
  const CONNECT = `const net = require('net');
let rest = 12;
const done = () => { if ((rest -= 1) === 0) console.log('all'); };
for (let i = 0; i < 12; i += 1) {
  const socket = net.connect({ host: '${to}', port: 102, localAddress: '${from}' });
  socket.setTimeout(1500, () => { console.log('silent'); process.exit(); });
  socket.on('connect', done);
  socket.on('error', ({ code }) => code === 'ECONNREFUSED' ? done() : console.log(code));
}`;
  return client.must(['node', '-e', CONNECT]).trim() === 'all';
}

interface Found {
  readonly verdict: string;
  readonly unstated: string;
  readonly advice: string;
}

async function audited(family: 4 | 6, ...flags: readonly string[]): Promise<Found> {
  const file = path.join(folder, 'machine.json');
  writeFileSync(file, await collectOn(server));
  const [to, from] = family === 4 ? ['10.20.0.1', '10.50.0.0/16'] : ['fd20::1', 'fd50::/32'];
  const { stdout } = await runInProcess([
    ...['audit', file, '--instances', '1', '--host', to, '--json', '--quiet'],
    ...['--allow', `client=${from}`, ...flags],
  ]);
  const { flows, findings } = validReport(stdout) as AuditReport;
  const flow = flows.find(
    ({ from: { role }, port, transport }) => role === 'client' && port === 102 && transport === 'tcp',
  );
  const own = findings.filter(({ code }) => code === 'unstated');
  return {
    verdict: flow?.verdict ?? '',
    unstated: own.map(({ message }) => message).join('\n'),
    advice: own.flatMap(({ advice }) => advice).join('\n'),
  };
}

test.each([4, 6] as const)('IPv%s: the default route passes, stated or not', async (family) => {
  expect(isAnswered(family)).toBe(true);
  await expect.poll(() => audited(family)).toMatchObject({ verdict: 'pass', unstated: '' });
  expect(await audited(family, '--interface', `client=${LAN}`)).toMatchObject({ verdict: 'pass' });
});

const TABLE = 'ip route flush table 50';
const CASES: readonly (readonly [
  family: 4 | 6,
  name: string,
  commands: readonly (readonly [command: string, back: string])[],
  guessed: RegExp,
])[] = [
  [
    4,
    'two halves of everything by a VPN',
    [
      [`ip route add 0.0.0.0/1 via 10.8.0.1`, 'ip route del 0.0.0.0/1'],
      [`ip route add 128.0.0.0/1 via 10.8.0.1`, 'ip route del 128.0.0.0/1'],
    ],
    /addresses in 10\.50\.0\.0\/16 are at v2a, and not at v1a, where the default route leads/,
  ],
  [
    6,
    'two halves of everything by a VPN',
    [
      ['ip -6 route add ::/1 via fd08::1', 'ip -6 route del ::/1'],
      ['ip -6 route add 8000::/1 via fd08::1', 'ip -6 route del 8000::/1'],
    ],
    /addresses in fd50::\/32 are at v2a, and not at v1a, where the default route leads/,
  ],
  [
    4,
    'a better default route',
    [
      ['ip route change default via 10.20.0.2', 'true'],
      ['ip route del default', 'true'],
      ['ip route add default via 10.20.0.2 metric 100', 'ip route del default metric 100'],
      ['ip route add default via 10.8.0.1 metric 50', 'ip route del default metric 50'],
      ['true', 'ip route add default via 10.20.0.2'],
    ],
    /at v2a, and not at v1a, where the default route leads/,
  ],
  [
    4,
    'halves of the network of the clients',
    [
      ['ip route add 10.50.0.0/16 via 10.20.0.2', 'ip route del 10.50.0.0/16'],
      ['ip route add 10.50.0.0/17 via 10.8.0.1', 'ip route del 10.50.0.0/17'],
      ['ip route add 10.50.128.0/17 via 10.8.0.1', 'ip route del 10.50.128.0/17'],
    ],
    /at v2a, and not at v1a, where the route to 10\.50\.0\.0\/16 leads/,
  ],
  [
    4,
    'what has no mark by a VPN, as wg-quick does it',
    [
      ['ip route add default via 10.8.0.1 table 50', TABLE],
      ['ip rule add pref 32765 not fwmark 51820 table 50', 'ip rule del pref 32765'],
      ['ip rule add pref 32764 table main suppress_prefixlength 0', 'ip rule del pref 32764'],
    ],
    /answers to 10\.50\.0\.0\/16 leave by whichever of v1a, v2a/,
  ],
  [
    4,
    'the source port of answers by a VPN',
    [
      ['ip route add default via 10.8.0.1 table 50', TABLE],
      ['ip rule add pref 50 ipproto tcp sport 102 table 50', 'ip rule del pref 50'],
    ],
    /answers to 10\.50\.0\.0\/16 leave by whichever of v1a, v2a/,
  ],
  [
    4,
    'the user that answers by a VPN',
    [
      ['ip route add default via 10.8.0.1 table 50', TABLE],
      ['ip rule add pref 50 uidrange 0-0 table 50', 'ip rule del pref 50'],
    ],
    /answers to 10\.50\.0\.0\/16 leave by whichever of v1a, v2a/,
  ],
  [
    6,
    'a route for packets from its address',
    [['ip -6 route add default from fd20::/64 via fd08::1', 'ip -6 route del default from fd20::/64']],
    /answers to fd50::\/32 leave by whichever of v1a, v2a/,
  ],
  [
    4,
    'a table before the main one',
    [
      ['ip route add default via 10.8.0.1 table 50', TABLE],
      ['ip rule add pref 50 table 50', 'ip rule del pref 50'],
    ],
    /at v2a, and not at v1a, where the default route leads/,
  ],
  [
    4,
    'a table for what is sent to them',
    [
      ['ip route add default via 10.8.0.1 table 50', TABLE],
      ['ip rule add to 10.50.0.0/16 table 50', 'ip rule del to 10.50.0.0/16'],
    ],
    /at v2a, and not at v1a, where the default route leads/,
  ],
  [
    6,
    'a table for what is sent to them',
    [
      ['ip -6 route add default via fd08::1 table 50', 'ip -6 route flush table 50'],
      ['ip -6 rule add to fd50::/32 table 50', 'ip -6 rule del to fd50::/32'],
    ],
    /at v2a, and not at v1a, where the default route leads/,
  ],
];

test.each(CASES)('IPv%s: %s', async (family, _, commands, guessed) => {
  for (const [command, back] of commands) {
    server.must(command.split(' '));
    undo.push(back);
  }
  expect(isAnswered(family)).toBe(false);
  const open = await audited(family);
  expect(open.verdict).toBe('unproven');
  expect(open.unstated).toMatch(guessed);
  const told = await audited(family, '--interface', `client=${LAN}`);
  expect(told.verdict).toBe('unproven');
  expect(told.unstated).toMatch(
    /answers to \S+ leave by v2a, where the routes lead, though they come in by v1a/,
  );
  expect(told.advice).toMatch(/Give these addresses a route by the interface they are at/);
  // Who is where the route leads is answered there.
  const isSure = !guessed.source.includes('whichever');
  if (isSure)
    expect(await audited(family, '--interface', `client=${VPN}`)).toMatchObject({ verdict: 'pass' });
});

test.each(['unreachable', 'blackhole', 'prohibit', 'throw'])('halves that are %s', async (type) => {
  for (const half of ['0.0.0.0/1', '128.0.0.0/1']) {
    server.must(['ip', 'route', 'add', type, half]);
    undo.push(`ip route del ${type} ${half}`);
  }
  // After throw comes the next rule, whose table is empty.
  expect(isAnswered(4)).toBe(false);
  expect((await audited(4)).verdict).toBe('unproven');
  expect((await audited(4, '--interface', `client=${LAN}`)).verdict).toBe('unproven');
});

test('several hops: kernels before 6.16 send answers by each of them, whatever their source', async () => {
  server.must('ip route change default nexthop via 10.20.0.2 nexthop via 10.8.0.1'.split(' '));
  undo.push('ip route change default via 10.20.0.2');
  expect(await audited(4)).toMatchObject({
    verdict: 'unproven',
    unstated: expect.stringMatching(/whichever of v1a, v2a/) as string,
  });
  expect((await audited(4, '--interface', `client=${LAN}`)).verdict).toBe('unproven');
});

test('a route of the machine to others than the clients leaves theirs as it is', async () => {
  server.must('ip route add 10.0.0.0/9 via 10.8.0.1'.split(' '));
  undo.push('ip route del 10.0.0.0/9');
  server.must('ip route add 10.50.0.0/16 via 10.20.0.2'.split(' '));
  undo.push('ip route del 10.50.0.0/16');
  expect(isAnswered(4)).toBe(true);
  expect(await audited(4)).toMatchObject({ verdict: 'pass', unstated: '' });
});

test('two interfaces on the network of the client: either may answer', async () => {
  // Bridged in the namespace of the client.
  client.must('ip link add br0 type bridge'.split(' '));
  client.must('ip link set br0 up'.split(' '));
  lab.cable(server, ['10.50.0.1/16'], client, []);
  lab.cable(server, ['10.50.0.2/16'], client, []);
  for (const port of ['v3b', 'v4b']) client.must(['ip', 'link', 'set', port, 'master', 'br0']);
  client.must('ip addr del 10.50.0.5/32 dev lo'.split(' '));
  client.must('ip addr add 10.50.0.5/16 dev br0'.split(' '));
  expect(isAnswered(4)).toBe(true);
  const told = await audited(4, '--interface', 'client=v4a');
  expect(told).toMatchObject({ verdict: 'pass', unstated: '' });
});
