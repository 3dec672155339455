import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import type { RulesReport } from '../../src/verdict/reports/report.ts';
import { expectRefusal } from './refusal.ts';
import { runInProcess } from './in-process.ts';
import { validReport } from './schema.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-audit-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const FIXTURES = path.join(import.meta.dirname, 'audit');
/** What iptables-save and ip6tables-save list after `vwaudit rules --format iptables` with OWN_SITE was loaded. */
const OWN = ['own-rules.iptables-save', 'own-rules.ip6tables-save'].map((file) => path.join(FIXTURES, file));
const OWN_SITE = [
  '-i',
  '4',
  '--allow',
  'client=10.30.0.0/16,fd00:30::/48',
  '--allow',
  'config-tool=10.20.9.5',
];
const FAULTY = path.join(FIXTURES, 'faulty.iptables-save');
const FAULTY_SITE = [
  '-i',
  '4',
  '--host',
  '10.20.0.11',
  '--allow',
  'client=10.30.0.0/16',
  '--allow',
  'config-tool=10.20.9.5',
];

const audit = (argv: readonly string[], input?: string) =>
  runInProcess(['audit', ...argv], {
    cwd: folder,
    env: { COLUMNS: '100' },
    ...(input !== undefined && { input }),
  });

async function report(argv: readonly string[], input?: string): Promise<AuditReport> {
  return validReport((await audit([...argv, '--json'], input)).stdout) as AuditReport;
}

function write(name: string, content: string | Buffer): string {
  writeFileSync(path.join(folder, name), content);
  return name;
}

describe('rules that were made for a site keep what they promise', () => {
  test.each<[string, readonly string[]]>([
    ['flags', ['-i', '4']],
    [
      'every role stated',
      [
        ...OWN_SITE,
        '--allow',
        'web=10.40.0.0/24',
        '--allow',
        'allocator=10.20.0.9',
        '--allow',
        'server=fd00:20::7',
      ],
    ],
    ['another reading', ['-i', '3', '--reading', 'table', '--allow', 'client=10.30.0.0/16']],
    ['an address', ['-i', '2', '--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16']],
    ['no allocator', ['--no-allocator', '--allow', 'client=fd00:30::/48']],
  ])('nft, %s', async (_, site) => {
    const { stdout } = await runInProcess(['rules', '--format', 'nft', '-q', ...site], { cwd: folder });
    const { flows, summary, findings } = await report(['-', ...site], stdout);
    expect({ summary, findings }).toEqual({
      summary: { pass: flows.length, fail: 0, unproven: 0 },
      findings: [],
    });
    expect(flows.length).toBeGreaterThan(2);
  });

  test('nft, two hosts with a file each, given as HOST=FILE', async () => {
    const site = [
      '-i',
      '2',
      '--host',
      'fd00:20::11',
      '--host',
      'fd00:20::12',
      '--allow',
      'client=10.30.0.0/16,fd00:30::/48',
    ];
    const { stdout } = await runInProcess(['rules', '--format', 'nft', '--json', ...site], { cwd: folder });
    const { rulesets } = JSON.parse(stdout) as RulesReport;
    const files = rulesets.map(({ host, text }, index) => `${host ?? ''}=${write(`${index}.nft`, text)}`);
    const { summary, flows } = await report([...files, ...site]);
    expect({ ...summary, flows: flows.length }).toEqual({
      pass: flows.length,
      fail: 0,
      unproven: 0,
      flows: flows.length,
    });
    expect(new Set(flows.map(({ host }) => host)).size).toBe(2);
  });

  test('nft on a gateway', async () => {
    const site = [
      '-i',
      '2',
      '--host',
      '10.20.0.11',
      '--host',
      '10.20.0.12',
      '--allow',
      'client=10.30.0.0/16',
    ];
    const gateway = ['rules', '--format', 'nft', '-q', '--placement', 'gateway', ...site];
    const { stdout } = await runInProcess(gateway, { cwd: folder });
    const { summary, flows } = await report(['-', '--hook', 'forward', '--forwarding', ...site], stdout);
    expect(summary).toEqual({ pass: flows.length, fail: 0, unproven: 0 });
  });

  test('iptables, both families', async () => {
    const { summary, flows } = await report([...OWN, ...OWN_SITE]);
    expect(summary).toEqual({ pass: flows.length, fail: 0, unproven: 0 });
    expect(flows).toHaveLength(21);
  });

  test('iptables, IPv4 alone: what it says of IPv4 is proven, IPv6 stays open', async () => {
    const { summary, findings } = await report([OWN[0] ?? '', ...OWN_SITE]);
    expect(summary).toMatchObject({ fail: 0 });
    expect(summary.unproven).toBeGreaterThan(0);
    expect(new Set(findings.map(({ code, args }) => `${code}: ${String(args.why)}`))).toEqual(
      new Set(['undecided: no ruleset covers IPv6: give the output of ip6tables-save too']),
    );
  });
});

test('JSON of every kind of answer', async () => {
  const { flows, findings, ...head } = await report([FAULTY, ...FAULTY_SITE]);
  expect(head).toMatchObject({ schemaVersion: 1, kind: 'audit', hook: 'input', interface: null });
  const shown = flows.map(
    ({ id, verdict, proof }) => `${id.replace('10.20.0.11/', '')} ${proof.result} ${verdict}`,
  );
  expect(shown).toEqual([
    'client>server-1.client allowed pass',
    'outsider>server-1.client partly fail',
    'config-tool>server-1.config allowed pass',
    'outsider>server-1.config partly fail',
    'client>allocator.client blocked fail',
    'outsider>allocator.client blocked pass',
    'client>server-2.client blocked fail',
    'outsider>server-2.client blocked pass',
    'client>server-3.client partly fail',
    'outsider>server-3.client blocked pass',
    'client>server-4.client blocked fail',
    'outsider>server-4.client blocked pass',
    ...[1, 2, 3, 4].map((k) => `outsider>server-${k}.http blocked pass`),
    'outsider>allocator.udp blocked pass',
    'outsider>server-1.udp depends unproven',
    ...[2, 3, 4].map((k) => `outsider>server-${k}.udp blocked pass`),
  ]);
  expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
    'exposed error',
    'exposed error',
    'blocked error',
    'partly-blocked error',
    'depends note',
  ]);
  expect(flows.find(({ id }) => id === 'client>10.20.0.11/server-3.client')?.proof).toMatchObject({
    allowedFrom: ['10.30.0.0/17'],
    blockedFrom: ['10.30.128.0/17'],
    undecidedFrom: [],
    witness: '10.30.128.1',
  });
});

test('a person sees what decides, and nothing a terminal could mistake for a command', async () => {
  const { code, stdout, stderr } = await audit([FAULTY, ...FAULTY_SITE]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toMatch(/client +→ 102\/tcp +server 1 clients +✓ allowed +line 8/);
  expect(stdout).toMatch(/client +→ 10100-10101, 10103\/tcp +clients +✗ blocked\s+(?:policy, )?line 3/);
  expect(stdout).toMatch(/outsider +→ 102-103\/tcp +✗ exposed\s+line 8/);
  expect(stdout).toMatch(/outsider +→ 10200\/udp +server 1 internal +\? depends\s+/);
  expect(stdout).toMatch(/on the list of line 10: allowed(?! \()/);
  expect(stdout).toMatch(/- assumed web: nobody/);
  expect(stdout).not.toMatch(/[ \t]\n/);
  const hostile = `table inet t { chain c { type filter hook input priority 0; tcp dport 102 drop comment "\u001b[2Jx"; }; }`;
  const shown = await audit(['-', '-i', '1'], hostile);
  expect(shown.stdout).toContain('\\x1b[2Jx');
  // eslint-disable-next-line no-control-regex -- that is the point
  expect(shown.stdout).not.toMatch(/\u001b/);
});

test('a destination nobody gave is asked for', async () => {
  const rules = ['*filter', ':INPUT DROP [0:0]', '-A INPUT -d 10.20.0.12/32 -j ACCEPT', 'COMMIT', ''].join(
    '\n',
  );
  const { stdout, code } = await audit(['-', '-i', '1', '--allow', 'client=10.30.0.0/16'], rules);
  expect(code).toBe(3);
  expect(stdout).toMatch(/the address of the host, for example:\n +vwaudit audit - .*--host 10\.20\.0\.11/);
});

test('a hook that no chain filters on is refused, with the hook there is', async () => {
  const gateway = 'table inet t { chain f { type filter hook forward priority 0; policy drop; } }';
  const refused = await audit(['-', '-i', '1', '--host', '10.20.0.11'], gateway);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr.replace(/\s+/g, ' ')).toMatch(/only on forward.*give --hook forward \(a gateway/);
});

test('--interface WHO=NAME counts for that role alone; without it the advice says what to add', async () => {
  const rules = `table inet t { chain i { type filter hook input priority 0; policy drop;
    iifname "eth1" tcp dport 102 accept
    ct state established accept } }`;
  const site = ['-', '-i', '1', '--no-allocator', '--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16'];
  const open = await audit(site, rules);
  expect(open.code).toBe(3);
  expect(open.stdout).toMatch(
    /If eth1 is the interface towards client, state it:\n +vwaudit audit - .*--interface eth1\n/,
  );
  const { flows } = await report(
    [...site, '--interface', 'client=eth1', '--interface', 'outsider=eth0'],
    rules,
  );
  expect(flows.map(({ verdict }) => verdict)).toEqual(flows.map(() => 'pass'));
});

test.each<[string, readonly string[], number]>([
  ['all proven', [...OWN, ...OWN_SITE], 0],
  ['a failure', [FAULTY, ...FAULTY_SITE], 1],
  ['something undecided', [OWN[0] ?? '', ...OWN_SITE], 3],
])('exit code: %s', async (_, argv, code) => {
  expect((await audit(argv)).code).toBe(code);
});

test('--rules-of audits one host, --interface one network', async () => {
  const text =
    'table ip t { chain c { type filter hook input priority 0; policy drop; iifname "eth0" accept; }; }';
  const site = ['--no-allocator', '--host', '10.20.0.11', '--host', '10.20.0.12'];
  const one = await report(['-', ...site, '--rules-of', '10.20.0.12', '--interface', 'eth0'], text);
  expect(new Set(one.flows.map(({ host }) => host))).toEqual(new Set(['10.20.0.12']));
  expect(one.flows[0]).toMatchObject({ verdict: 'pass' });
  const all = await report(['-', ...site], text);
  expect(all.assumptions.join('\n')).toMatch(/run the same rules/);
  expect(all.flows[0]).toMatchObject({ verdict: 'unproven' });
});

test('on a client only what must get through is asked about', async () => {
  const text =
    'table ip t { chain c { type filter hook output priority 0; policy drop; tcp dport 102 accept; }; }';
  const site = [
    '--no-allocator',
    '--host',
    '10.20.0.11',
    '--allow',
    'client=10.30.0.5',
    '--allow',
    'config-tool=10.30.0.5',
  ];
  const { flows, assumptions } = await report(['-', '--hook', 'output', ...site], text);
  expect(flows.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    'client>10.20.0.11/server-1.client pass',
    'config-tool>10.20.0.11/server-1.config fail',
  ]);
  expect(assumptions.join('\n')).toMatch(/--hook output: only required flows are checked/);
});

test.each([
  ['10.20.0.11', 'fd00:30::/48', 6, 4],
  ['fd00:20::11', '10.30.0.0/16', 4, 6],
])(
  '%s and client %s have no family in common: unproven, whatever the rules do',
  async (host, client, from, to) => {
    for (const policy of ['drop', 'accept']) {
      const text = `table inet t { chain c { type filter hook input priority 0; policy ${policy}; }; }`;
      const site = ['--no-allocator', '--host', host, '--allow', `client=${client}`];
      const { flows, findings } = await report(['-', ...site], text);
      const required = flows.filter(({ expected }) => expected === 'reachable');
      expect(required.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
        `client>${host}/server-1.client unproven`,
      ]);
      const finding = findings.find(({ flows: [id] }) => id === required[0]?.id);
      expect(finding?.message).toContain(
        `client has only IPv${from} addresses, ${host} only IPv${to}: no packet can go between them`,
      );
      expect(finding?.advice.join()).toContain(`Give an IPv${from} address of ${host}`);
    }
    const { code } = await audit(
      ['-', '--no-allocator', '--host', host, '--allow', `client=${client}`],
      'table inet t { chain c { type filter hook input priority 0; policy drop; }; }',
    );
    expect(code).toBe(3);
    const rules = await runInProcess(
      ['rules', '--format', 'nft', '--host', host, '--allow', `client=${client}`],
      {
        cwd: folder,
      },
    );
    expect(rules.code).toBe(3);
  },
);

test('a role with a family that the host lacks is proven by the other', async () => {
  const text =
    'table inet t { chain c { type filter hook input priority 0; policy drop; ip saddr 10.30.0.0/16 accept; }; }';
  const site = ['--no-allocator', '--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16,fd00:30::/48'];
  const { flows } = await report(['-', ...site], text);
  expect(flows.find(({ from }) => from.role === 'client')?.verdict).toBe('pass');
});

test('what is blocked for some and open for others is reported so', async () => {
  const text = '*filter\n:INPUT DROP [0:0]\nCOMMIT\n';
  const site = ['--no-allocator', '--allow', 'client=10.30.0.0/16,fd00:30::/48'];
  const { code, stdout } = await audit(['-', ...site], text);
  expect(code).toBe(1);
  expect(stdout).toMatch(/client +→ 102\/tcp .* ✗ partly +policy, line 2\n/);
  expect(stdout).toMatch(/outsider → 102-103, 10301\/tcp .* \? undecided/);
});

describe('bad input: exit 2, one line that names value and fix, nothing on stdout', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['no file', [], /no ruleset is given; give the output of/],
    ['no such file', ['nope.rules'], /"nope\.rules" can't be read \(ENOENT\)/],
    [
      'an unknown host',
      [`maps-z=${FAULTY}`, '--host', '10.20.0.11'],
      /^vwaudit: "maps-z=\S+" can't be read \(ENOENT\), and no host .* "maps-z"; .*for example 10\.20\.0\.11=rules\.txt/,
    ],
    ['no file, and no host either', ['./a=b.rules'], /a=b\.rules" can't be read \(ENOENT\); give/],
    ['a folder', ['.'], /"\." can't be read \(EISDIR\)/],
    ['twice', [FAULTY, FAULTY], /is given twice; give each file once/],
    ['standard input twice', ['-', '-'], /"-" is given twice/],
    ['empty', [write('empty.rules', '')], /empty\.rules:1:1: the ruleset is empty/],
    [
      'no ruleset',
      [write('text', 'hello\u001b[2J\n')],
      /text:1:1: escape codes of a terminal in the text \(got "hello\\x1b\[2J"\)/,
    ],
    ['binary', [write('bin', Buffer.from([0, 1, 0xff, 0xfe, 0x1b]))], /bin:1:1: /],
    ['cut off', [write('cut.nft', 'table inet t {\n chain c {\n')], /cut\.nft:\d+/],
    ['only sets', [write('x.ipset', 'create s hash:ip family inet\nadd s 10.0.0.1\n')], /contain no rules/],
    ['another dialect', [FAULTY, '--dialect', 'nft'], /faulty\.iptables-save:\d+/],
    ['an unknown dialect', [FAULTY, '--dialect', 'pf'], /"pf" is not a dialect; give one of auto, /],
    [
      'an unknown hook',
      [FAULTY, '--hook', 'prerouting'],
      /"prerouting" is not a valid value; give one of input, forward, output/,
    ],
    [
      'an unknown self',
      [FAULTY, '--rules-of', 'maps-z'],
      /--rules-of: "maps-z" is not a host of the site; give one of localhost/,
    ],
    [
      'a host without rules',
      ['10.20.0.11=x.nft', '--host', '10.20.0.11', '--host', '10.20.0.12'],
      /no ruleset is given for 10\.20\.0\.12.*add for example 10\.20\.0\.12=rules/,
    ],
    ['bad site', [FAULTY, '--host', 'maps-a'], /"maps-a" is not an IP address/],
    [
      'unknown flag',
      [FAULTY, '--dialct', 'nft'],
      /unknown flag "--dialct"; did you mean --dialect\? see vwaudit audit --help/,
    ],
  ])('%s', async (_, argv, message) => {
    const [refused, json] = await Promise.all([audit(argv), audit([...argv, '--json'])]);
    expectRefusal(refused);
    expect(refused.stderr).toMatch(message);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 2, stderr: '' });
    validReport(json.stdout);
  });
});
