import { expect, test } from 'vitest';
import { parseInterface } from '../../src/cli/flags/audit-flags.ts';
import { InputError } from '../../src/input-error.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import type { AuditOptions } from '../../src/usecases/audit/audit-options.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';

// By which interface somebody comes in is known only of whom --interface names; a wrong name must not make all well.

const SITE = siteFromYaml(
  `
hosts: { maps-a: { address: 10.20.0.11, instances: 1, allocator: false } }
peers: { client: [10.30.0.0/16], config-tool: [10.20.9.5] }
`,
  'vwaudit.yaml',
);

async function audited(
  text: string,
  interfaces: readonly string[] = [],
  hook: AuditOptions['hook'] = 'input',
  site = SITE,
): Promise<AuditReport> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) };
  const options = {
    files: ['rules.txt'],
    dialects: ANY_DIALECT,
    hook,
    interfaces: interfaces.map(parseInterface),
    rulesOf: null,
    selfAddresses: [],
    isForwarding: false,
  };
  return audit(site, options, { system, tool: { name: 'vwaudit', version: 'test' } });
}

const verdicts = ({ flows }: AuditReport, role: string): string =>
  [...new Set(flows.filter(({ from }) => from.role === role).map(({ verdict }) => verdict))].sort().join();

const advice = ({ findings }: AuditReport): string =>
  findings.flatMap((finding) => finding.advice).join('\n');

const chain = (rules: string, hook = 'input'): string =>
  `table inet t {\n chain c {\n type filter hook ${hook} priority 0; policy drop;\n ct state established accept\n ${rules}\n }\n}\n`;

const iptables = (rules: string, chainName = 'INPUT'): string =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.replaceAll('-A ', `-A ${chainName} `)}\nCOMMIT\n`;

const NAT = '10.20.0.12';
const published = `*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING ! -i docker0 -p tcp -m tcp --dport 102 -j DNAT --to-destination ${NAT}:102\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n`;

const OPEN_ON_ETH0 = {
  nft: chain('iifname "eth0" accept\n iifname "docker0" ip saddr 10.30.0.0/16 accept'),
  iptables: iptables('-A -i eth0 -j ACCEPT\n-A -i docker0 -s 10.30.0.0/16 -j ACCEPT'),
  'a map': chain('iifname vmap { "lo" : accept, "eth0" : accept }\n ip saddr 10.30.0.0/16 accept'),
  'NAT but for one': published,
};

test('a site file says the interfaces of each host, and of the gateway', async () => {
  const site = siteFromYaml(
    `
hosts:
  maps-a: { address: 10.20.0.11, instances: 1, allocator: false, interfaces: { eth1: [10.30.0.0/16], wan: other } }
  maps-b: { address: 10.20.0.12, instances: 1, allocator: false, interfaces: { eth2: [10.30.0.0/16] } }
peers: { client: [10.30.0.0/16], config-tool: [10.20.9.5] }
interfaces: { gcl: [10.30.0.0/16], brsrv: [10.20.0.0/24], wan: other }
`,
    'vwaudit.yaml',
  );
  const of = (report: AuditReport, host: string): readonly string[] =>
    report.flows.filter((flow) => flow.host === host && flow.port === 102).map(({ verdict }) => verdict);
  const own = await audited(chain('iifname "eth1" tcp dport 102 accept'), [], 'input', site);
  expect(of(own, 'maps-a')).toEqual(['pass', 'pass']);
  expect(of(own, 'maps-b')).toEqual(['fail', 'unproven']);
  const gateway = chain('iifname "gcl" oifname "brsrv" tcp dport 102 accept', 'forward');
  const between = await audited(gateway, [], 'forward', site);
  expect(of(between, 'maps-a')).toEqual(['pass', 'pass']);
});

test.each([
  [
    'of those who must get in',
    iptables(
      '-A -i eth1 -s 10.30.0.0/16 -p tcp --dport 102 -j ACCEPT\n-A -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    ),
  ],
  ['in nft', chain('iifname "eth1" ip saddr 10.30.0.0/16 tcp dport 102 accept')],
])('the advice that is pasted settles it: %s', async (_, text) => {
  const before = await audited(text);
  expect(verdicts(before, 'client')).toBe('unproven');
  const given = [...advice(before).matchAll(/^\$ .* --interface (\S+)/gm)].map(([, name = '']) => name);
  expect(given.length).toBeGreaterThan(0);
  expect(verdicts(await audited(text, [...new Set(given)]), 'client')).toBe('pass');
});

test.each(Object.entries(OPEN_ON_ETH0))(
  'the interface of those who must get in is not that of outsiders: %s',
  async (_, text) => {
    for (const name of ['docker0', 'eth7', 'vmap']) {
      expect(verdicts(await audited(text, [name]), 'outsider')).toMatch(/fail|unproven/);
    }
    expect(verdicts(await audited(text, ['eth0']), 'outsider')).not.toBe('pass');
  },
);

test('outsiders come in by one interface where that is stated', async () => {
  const text = chain('iifname "eth0" accept');
  const report = await audited(text, ['eth0', 'outsider=eth7']);
  expect(verdicts(report, 'outsider')).toBe('pass');
  expect(report.assumptions).toContain('outsider enters by eth7 (--interface)');
  expect((await audited(text, ['docker0'])).assumptions).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^everyone who must get in enters by docker0/),
      expect.stringMatching(/^outsiders may enter by any interface/),
    ]),
  );
});

test.each([
  ['of outsiders', ['outsider=eht0'], 'outsider', 'unproven'],
  ['of clients', ['client=eht0'], 'client', 'fail'],
  [
    'of clients, where only eth1 is closed',
    ['client=eht0'],
    'client',
    'unproven',
    'iifname != "eth1" accept',
  ],
  ['of everybody', ['eht0'], 'config-tool', 'fail'],
])('a name that no rule tests may be a typing error: %s', async (_, names, role, verdict, rule?: string) => {
  const report = await audited(chain(rule ?? 'iifname "eth0" accept'), names);
  expect(verdicts(report, role)).toBe(verdict);
  expect(report.assumptions).toContainEqual(expect.stringMatching(/eht0 may be a typing error/));
});

test('what fails by an interface that no rule tests may be a typing error: the advice says so first', async () => {
  const report = await audited(chain('iifname "gcl" tcp dport 102 accept'), ['client=gcll']);
  const [failing] = report.findings.filter(({ code }) => code === 'blocked');
  expect(failing?.advice[0]).toBe('No rule tests the interface gcll: did you mean gcl? If gcll is right:');
});

test.each([
  ['gcll', true],
  ['eth1', false],
])('%s beside interfaces that are all stated may be misspelled: %s', async (name, isNoted) => {
  const rules = chain('iifname "gcl" accept\n iifname "eth0" drop');
  const report = await audited(rules, [`client=${name}`, 'config-tool=gcl', 'outsider=eth0']);
  expect(report.assumptions.some((one) => one.includes('did you mean gcl?'))).toBe(isNoted);
});

test('on a gateway the interface towards the hosts may be mistyped too, and a zone no rule is about is none', async () => {
  const rules = chain('iifname "gcl" oifname "brsrv" tcp dport { 102, 10100 } accept', 'forward');
  const zones = ['10.30.0.0/16=gcl', '0.0.0.0/0=wan', '::/0=wan'];
  const asked = (names: readonly string[]) => audited(rules, names, 'forward');
  expect(verdicts(await asked([...zones, '10.20.0.0/24=brsrv']), 'client')).toBe('pass');
  expect(verdicts(await asked([...zones, '10.20.0.0/24=brsrv']), 'outsider')).toBe('pass');
  expect(verdicts(await asked([...zones, '10.20.0.0/24=brsvr']), 'client')).toBe('fail');
  const open = chain('oifname != "brsrv" accept', 'forward');
  expect(verdicts(await audited(open, [...zones, '10.20.0.0/24=brsvr'], 'forward'), 'client')).toBe(
    'unproven',
  );
});

test('kept out by every interface they are kept out, whatever name is given', async () => {
  const closed = chain(
    'iifname "eth0" ip saddr 10.30.0.0/16 tcp dport 102 accept\n iifname "eth1" ip saddr 10.20.9.5 tcp dport 103 accept',
  );
  expect(verdicts(await audited(closed, ['eth0']), 'outsider')).toBe('pass');
});

test.each<[string, string, string | null]>([
  ['a name', chain('iifname "eth0" ip saddr 10.30.0.0/16 accept'), 'eth0'],
  ['a name of iptables', iptables('-A -s 10.30.0.0/16 -i eth0 -j ACCEPT'), 'eth0'],
  ['a map', chain('iifname vmap { "lo" : accept, "ens1" : accept }'), 'ens1'],
  ['a concatenation', chain('iifname . ip saddr { "ens1" . 10.30.0.0/16 } accept'), 'ens1'],
  ['a negation', chain('iifname != "eth0" accept'), null],
  ['a negation of iptables', iptables('-A ! -i eth0 -j ACCEPT'), null],
  ['a bridge of containers', iptables('-A -i br-1a2b3c -j ACCEPT'), null],
  ['a wildcard', iptables('-A -i eth+ -j ACCEPT'), null],
  ['two names', chain('iifname { "eth0", "eth1" } accept'), null],
])('advice offers the one name a rule asks for: %s', async (_, text, name) => {
  const shown = advice(await audited(text));
  const offered = [...shown.matchAll(/--interface (?:\S+=)?([\w.-]+)(?=\n|$)/g)].map(([, each]) => each);
  expect([...new Set(offered)]).toEqual(name === null ? [] : [name]);
  if (name !== null)
    expect(shown).toMatch(new RegExp(`If ${name} is the interface towards client.*, state it:`));
  expect(shown).not.toMatch(/outsider=/);
  expect(shown).not.toMatch(/NAME|ADDR/);
});

test('on a gateway a name without WHO is that of the one role left', async () => {
  const text = chain(
    'iifname "cl0" ip saddr 10.30.0.0/16 tcp dport 102 accept\n iifname "mg0" ip saddr 10.20.9.5 accept',
    'forward',
  );
  const one = await audited(text, ['cl0', 'config-tool=mg0'], 'forward');
  expect(one.interfaces).toEqual([
    { who: 'client', name: 'cl0' },
    { who: 'config-tool', name: 'mg0' },
  ]);
  expect(one.flows.filter(({ from }) => from.role === 'client').map(({ proof }) => proof.result)).toEqual([
    'allowed',
  ]);
});

test('a strict reverse path filter relies on symmetric routes until an interface is stated', async () => {
  const text = chain(
    'fib saddr . iif oif missing drop\n ip saddr 10.30.0.0/16 tcp dport { 102, 10100-10103 } accept',
  );
  expect(verdicts(await audited(text, []), 'client')).toBe('unproven');
  expect(verdicts(await audited(text, []), 'outsider')).toBe('pass');
  expect(verdicts(await audited(text, ['eth0']), 'client')).toBe('pass');
});

test.each([
  ['several roles', ['cl0'], 'client=cl0'],
  ['no role left', ['client=cl1', 'config-tool=mg0', 'cl0'], '10.30.0.0/16=cl0'],
])('on a gateway a name without WHO that could be that of %s is refused', async (_, names, fix) => {
  const problem = await audited(chain('accept', 'forward'), names, 'forward').catch(
    (error: unknown) => error,
  );
  if (!(problem instanceof InputError)) throw new Error('nothing was refused');
  expect(problem.problem.value).toBe('cl0');
  expect(problem.problem.fix).toContain(`--interface ${fix}`);
});

test.each([
  ['zones', 'iifname . oifname { "cl0" . "brs" } accept'],
  ['a map', 'iifname . oifname vmap { "cl0" . "brs" : accept, "brs" . "cl0" : accept }'],
])('advice about the interface a packet leaves by names real ones: %s', async (_, rule) => {
  const shown = advice(await audited(chain(rule, 'forward'), ['client=cl0', 'config-tool=cl0'], 'forward'));
  expect(shown).toMatch(/--out-interface brs|towards maps-a \(the rule tests brs/);
  expect(shown).not.toMatch(/--out-interface (?:vmap|\.)/);
});

const ZONES = chain(
  'iifname "cl0" oifname "brs" ip saddr 10.30.0.0/16 accept\n iifname "mg0" oifname "brs" ip saddr 10.20.9.5 accept',
  'forward',
);

test('on a gateway with zones one command states the interfaces of every role and that towards the hosts', async () => {
  const shown = await audited(ZONES, [], 'forward');
  const lines = shown.findings.flatMap((each) => each.advice).filter((line) => line.startsWith('$ '));
  expect([...new Set(lines)]).toEqual([
    '$ vwaudit audit rules.txt --hook forward --site vwaudit.yaml --interface client=cl0 --interface config-tool=mg0 --out-interface brs',
  ]);
  expect(advice(shown)).toContain(
    'If cl0 is the interface towards client, brs is the interface towards maps-a and mg0 is the interface towards config-tool, state them:',
  );
});

test('two interfaces that rules name for one role are not stated at once', async () => {
  const two = chain(
    'iifname "cl0" ip saddr 10.30.0.0/16 tcp dport 102 accept\n iifname "cl1" ip saddr 10.30.0.0/16 tcp dport 10101 accept',
    'forward',
  );
  const shown = advice(await audited(two, [], 'forward'));
  expect(shown).not.toMatch(/client=cl0.*client=cl1|client=cl1.*client=cl0/);
});

test('nobody else connects by the loopback interface', () => {
  expect(() => parseInterface('lo')).toThrow(/loopback/);
  expect(() => parseInterface('client=lo')).toThrow(/loopback/);
});

test("the interfaces of a site's gateway say nothing of a host whose rules name others", async () => {
  const site = siteFromYaml(
    `
hosts: { maps-a: { address: 10.20.0.11, instances: 1, allocator: false } }
peers: { client: [10.30.0.0/16], config-tool: [10.20.9.5] }
interfaces: { gcl: [10.30.0.0/16], brsrv: [10.20.0.0/24], wan: other }
`,
    'vwaudit.yaml',
  );
  const own = chain('iifname "eth0" tcp dport 10301 accept');
  const report = await audited(own, [], 'input', site);
  expect(report.flows.find(({ id }) => id === 'outsider>maps-a/server-1.http')?.verdict).not.toBe('pass');
  expect(report.assumptions.join('\n')).toContain("another machine's, since maps-a has eth0");
  const ofHost = chain('iifname "gcl" tcp dport 102 accept');
  expect((await audited(ofHost, [], 'input', site)).assumptions.join('\n')).not.toContain(
    "another machine's",
  );
});
