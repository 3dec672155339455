import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { TraceReport } from '../../src/verdict/reports/trace-report.ts';
import { expectRefusal } from './refusal.ts';
import { runInProcess } from './in-process.ts';
import { IS_THOROUGH } from '../thorough.ts';
import { validReport } from './schema.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-trace-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const RULES = path.join(import.meta.dirname, 'audit', 'faulty.iptables-save');
const PACKET = 'tcp 10.30.0.5:40000 > 10.20.0.11:10102';

const trace = (argv: readonly string[], input?: string) =>
  runInProcess(['trace', ...argv], { cwd: folder, ...(input !== undefined && { input }) });

const packets = (...texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => ['--packet', text]);

async function report(argv: readonly string[], input?: string): Promise<TraceReport> {
  return validReport((await trace([...argv, '--json'], input)).stdout) as TraceReport;
}

test('a packet, and the rules on its path', async () => {
  const { code, stdout, stderr } = await trace([RULES, ...packets(PACKET)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    [
      '',
      `${PACKET}  ✓ allowed`,
      '    filter INPUT  line 7  -A INPUT -m limit --limit 5/min -j LOG  → continue',
      '    filter INPUT  line 9  -A INPUT -s 10.30.0.0/17 -p tcp --dport 10102 -j ACCEPT  → accept',
      '    reply: filter OUTPUT  line 5  default policy accept',
      '',
      '- assumed iptables has no table except filter (iptables-save -t shows only one)',
      '- assumed nft has no tables besides those of iptables-nft, iptables-legacy has none (iptables-save shows neither; nft list ruleset and iptables-legacy-save do)',
      '',
    ].join('\n'),
  );
});

describe('a prefix of destinations', () => {
  const forward = [
    '*filter',
    ...[':INPUT DROP [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]'],
    '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    '-A FORWARD -s 10.30.0.0/17 -d 10.20.0.0/25 -p tcp --dport 10102 -j ACCEPT',
    '-A FORWARD -d 10.20.0.200/32 -m limit --limit 1/s -j ACCEPT',
    'COMMIT',
    '',
  ].join('\n');
  const ask = (packet: string) => ['-', '--hook', 'forward', ...packets(packet)];

  test('all that the rules treat alike is reported at once', async () => {
    const [first] = (await report(ask('tcp 10.30.0.5 > 10.20.0.0/26:10102'), forward)).packets;
    expect(first).toMatchObject({ result: 'allowed', allowedFrom: ['10.30.0.5'], to: [] });
  });

  test('each part that fares differently is reported by itself', async () => {
    const { code, stdout } = await trace(
      [...ask('tcp 10.30.0.0/16 > 10.20.0.0/24:10102'), '--json'],
      forward,
    );
    expect(code).toBe(3);
    const [first] = (validReport(stdout) as TraceReport).packets;
    expect(first).toMatchObject({ result: 'partly', allowedFrom: [], undecidedFrom: ['10.30.0.0/16'] });
    expect(
      first?.to.map(({ destinations, result }) => [destinations[0], destinations.length, result]),
    ).toEqual([
      ['10.20.0.0/25', 1, 'partly'],
      ['10.20.0.128/26', 7, 'blocked'],
      ['10.20.0.200', 1, 'depends'],
    ]);
    expect(first?.to[0]).toMatchObject({ allowedFrom: ['10.30.0.0/17'], blockedFrom: ['10.30.128.0/17'] });
  });

  test('as a person reads it', async () => {
    const { stdout } = await trace(ask('tcp 10.30.0.5 > 10.20.0.0/24:10102'), forward);
    expect(stdout).toMatch(
      /10102 {2}✗ partly\n {4}to 10\.20\.0\.0\/25 {2}✓ allowed\n {8}filter FORWARD {2}line 6/,
    );
    expect(stdout).toMatch(/\n {4}to 10\.20\.0\.200 {2}\? depends\n/);
  });

  test('more kinds of destinations than can be asked about stay undecided, and it says why', async () => {
    const many = Array.from(
      { length: 300 },
      (_, i) => `-A FORWARD -d 10.20.${i % 200}.${i % 250}/32 -j ACCEPT`,
    );
    const text = forward.replace('COMMIT', [...many, 'COMMIT'].join('\n'));
    const [first] = (await report(ask('tcp 10.30.0.5 > 10.20.0.0/16:10102'), text)).packets;
    expect(first).toMatchObject({
      result: 'undecided',
      why: expect.stringMatching(/smaller prefix/) as string,
    });
  });
});

test.each<[string, string, number, object]>([
  ['blocked is an answer', 'tcp 10.40.0.1 > 10.20.0.11:10102', 0, { result: 'blocked' }],
  [
    'which part of a prefix',
    'tcp 10.30.0.0/16 > 10.20.0.11:10102',
    0,
    { result: 'partly', allowedFrom: ['10.30.0.0/17'], blockedFrom: ['10.30.128.0/17'], undecidedFrom: [] },
  ],
  ['depends', 'udp 10.0.0.1 > 10.20.0.11:10200', 3, { result: 'depends', undecidedFrom: ['10.0.0.1'] }],
  ['established', 'tcp 10.40.0.1 > 10.20.0.11:10102 state ESTABLISHED', 0, { result: 'allowed' }],
  [
    'a family nothing was said about',
    'udp fd00::5 > [fd00::1]:10200',
    3,
    {
      result: 'undecided',
      trace: [],
      why: expect.stringMatching(/IPv6: give the output of ip6tables-save too/) as string,
    },
  ],
])('%s', async (_, packet, code, expected) => {
  const [first] = (await report([RULES, ...packets(packet)])).packets;
  expect(first).toMatchObject({ packet, ...expected });
  expect((await trace([RULES, ...packets(packet)])).code).toBe(code);
});

test('in the order given, flags before the list; comments and empty lines say nothing', async () => {
  const list = `# seen on Monday\r\n\r\n udp 10.0.0.1 > 10.20.0.11:10103 in eth0 \r\n${PACKET}\n`;
  const { packets: traced } = await report([RULES, ...packets(PACKET), '--packet-file', '-'], list);
  expect(traced.map(({ packet }) => packet)).toEqual([
    PACKET,
    'udp 10.0.0.1 > 10.20.0.11:10103 in eth0',
    PACKET,
  ]);
});

test('thousands in one run', async () => {
  const count = IS_THOROUGH ? 10_000 : 1000;
  const lines = Array.from({ length: count }, (_, n) => `tcp 10.30.${n >> 8}.${n & 255} > 10.20.0.11:10102`);
  writeFileSync(path.join(folder, 'list'), lines.join('\n'));
  const { packets: traced } = await report([RULES, '--packet-file', 'list']);
  expect(traced).toHaveLength(count);
  expect(traced.every(({ result }) => result === 'allowed')).toBe(true);
});

test('what a ruleset says reaches no terminal raw', async () => {
  const text =
    'table inet t { chain c { type filter hook input priority 0; tcp dport 102 drop comment "\u001b[2Jx"; }; }';
  const { stdout } = await trace(['-', ...packets('tcp 10.0.0.1 > 10.0.0.2:102')], text);
  expect(stdout).toContain('\\x1b[2Jx');
  // eslint-disable-next-line no-control-regex -- that is the point
  expect(stdout).not.toMatch(/\u001b/);
});

describe('bad input: exit 2, one line, nothing on stdout', () => {
  writeFileSync(path.join(folder, 'bad.list'), `${PACKET}\n\ntcp maps-a > 10.20.0.11:102\n`);
  writeFileSync(path.join(folder, 'empty.list'), '# nothing\n');
  test.each<[string, readonly string[], RegExp]>([
    ['no file', packets(PACKET), /no ruleset is given/],
    ['no packet', [RULES], /no packet is given; give --packet/],
    [
      'an empty list',
      [RULES, '--packet-file', 'empty.list'],
      /the packet file contains no packet \(got "empty\.list"\)/,
    ],
    ['no such list', [RULES, '--packet-file', 'nope'], /"nope" can't be read \(ENOENT\)/],
    ['a bad line', [RULES, '--packet-file', 'bad.list'], /bad\.list:3:5: the source: "maps-a"/],
    ['rules and list from one pipe', ['-', '--packet-file', '-'], /"-" is given twice/],
    [
      'a bad packet',
      [RULES, ...packets('tcp 1.2.3.4 > 1.2.3.4')],
      /has no port .*write for example 10\.20\.0\.11:102/,
    ],
    ['the other direction', [RULES, '--hook', 'output', ...packets(`${PACKET} in eth0`)], /"out INTERFACE"/],
    ['control characters', [RULES, ...packets('tcp \u001b[2J > 1.2.3.4:1')], /\\x1b\[2J/],
  ])('%s', async (_, argv, message) => {
    const [refused, json] = await Promise.all([trace(argv), trace([...argv, '--json'])]);
    expectRefusal(refused);
    expect(refused.stderr).toMatch(message);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 2, stderr: '' });
    validReport(json.stdout);
  });
});

describe('what an ordinary machine may make false is never exit 0', () => {
  const ESTABLISHED = 'ct state established,related accept';
  const led = `table ip t { chain p { type nat hook prerouting priority -100; tcp dport 102 dnat to 10.50.0.9; } chain f { type filter hook forward priority 0; policy accept; ${ESTABLISHED}; } chain i { type filter hook input priority 0; policy drop; } }`;
  const gateway = led.replace(/chain p \{.*?\} /, '');
  const packet = packets('tcp 10.30.0.5:40000 > 10.20.0.11:102 in eth1');
  const ownPacket = [...packet, '--self-address', '10.20.0.11'];
  const between = packets('tcp 10.30.0.5:40000 > 10.20.0.11:102 in eth1 out eth0');

  test.each([
    ['DNAT to another machine', led, ownPacket, 3],
    ['where it is stated that it forwards', led, [...ownPacket, '--forwarding'], 0],
    ['a gateway', gateway, [...packet, '--hook', 'forward'], 3],
    ['that is stated to forward', gateway, [...packet, '--hook', 'forward', '--forwarding'], 0],
    ['whose interfaces of both ends are stated', gateway, [...between, '--hook', 'forward'], 0],
  ])('%s', async (_, rules, argv, code) => {
    expect((await trace(['-', ...argv], rules)).code).toBe(code);
  });

  test('what nobody stated is told', async () => {
    const own = await report(['-', ...ownPacket], led);
    expect(own.packets.map(({ result }) => result)).toEqual(['allowed']);
    expect(own.unstated).toEqual([expect.stringContaining('net.ipv4.ip_forward')]);
    const { unstated } = await report(['-', ...packet, '--hook', 'forward'], gateway);
    expect(unstated).toHaveLength(2);
  });
});
