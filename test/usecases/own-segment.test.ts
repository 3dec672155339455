import { expect, test } from 'vitest';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';

// Who is in the network of a host reaches it without the gateway: its rules say nothing of such flows.

const SITE = `
hosts:
  maps-a: { address: 10.20.0.11, instances: 1, allocator: true }
  maps-b: { address: 10.20.0.12, instances: 1 }
peers: { client: [10.30.0.0/16, 10.20.0.0/28], config-tool: [10.20.0.5], web: [] }
`;
const INTERFACES = 'interfaces: { gcl: [10.30.0.0/16], brsrv: [10.20.0.0/24], wan: other }\n';

const rules = (more: string): string =>
  `table inet fw {\n chain forward {\n type filter hook forward priority 0; policy drop;\n ct state established accept\n iifname "gcl" oifname "brsrv" ip saddr 10.30.0.0/16 tcp dport { 102, 10100 } accept\n ${more}\n }\n}\n`;
const LET_OUT = rules('iifname "brsrv" accept');

/** As collected on the gateway. */
function collected(text: string, settings: readonly string[], brsrv: readonly object[] = []): string {
  const link = (ifname: string, local: string): object => ({ ifname, flags: ['UP'], addr_info: [{ local }] });
  const routes = [
    { dst: 'default', gateway: '192.0.2.1', dev: 'wan', flags: [] },
    { dst: '10.30.0.0/16', dev: 'gcl', flags: [] },
    { dst: '10.20.0.0/24', dev: 'brsrv', flags: [] },
  ];
  const links = [
    ...[link('gcl', '10.30.0.1'), link('brsrv', '10.20.0.1'), link('wan', '192.0.2.2')],
    ...brsrv,
  ];
  const commands = [
    ['nft', text],
    ['addresses', JSON.stringify(links)],
    ['routes-4', JSON.stringify(routes)],
    ['rules-4', JSON.stringify([{ priority: 0, src: 'all', table: 'main' }])],
    ['settings', settings.join('\n')],
  ].map(([id, output]) => ({ id, command: id, exitCode: 0, output, errors: '' }));
  return JSON.stringify({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    ...{ host: 'gw', commands },
  });
}

async function audited(text: string, site = SITE): Promise<AuditReport> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) };
  const options = {
    ...{ files: ['gw'], dialects: ANY_DIALECT, interfaces: [], rulesOf: null },
    ...{ hook: 'forward' as const, selfAddresses: [], isForwarding: false },
  };
  return audit(siteFromYaml(site, 'vwaudit.yaml'), options, {
    system,
    tool: { name: 'vwaudit', version: 'test' },
  });
}

const verdicts = ({ flows }: AuditReport): string => [...new Set(flows.map((one) => one.verdict))].join();
const notes = ({ assumptions }: AuditReport): readonly string[] =>
  assumptions.filter((one) => one.includes('do not pass this gateway'));

test.each([LET_OUT, rules('iifname "brsrv" oifname "wan" accept')])(
  'left out, and said so, whatever the rules do with what stays there: %#',
  async (text) => {
    const report = await audited(text, SITE + INTERFACES);
    expect(verdicts(report)).toBe('pass');
    expect(report.flows.map(({ from }) => from.role)).not.toContain('config-tool');
    expect(notes(report)).toEqual([
      expect.stringMatching(
        /^\d+ required flows and all other connections from within brsrv \(10\.20\.0\.0\/24\)/,
      ),
    ]);
    // Of a role that is partly there the rest is asked about.
    const client = report.flows.find(({ from }) => from.role === 'client');
    expect(client?.from.addresses).toEqual(['10.30.0.0/16']);
  },
);

test('nothing is left out where nobody said what is on which side', async () => {
  const report = await audited(LET_OUT);
  expect(notes(report)).toEqual([]);
  expect(report.flows.map(({ from }) => from.role)).toContain('config-tool');
});

const STRICT = [
  'net/ipv4/ip_forward = 1',
  ...['gcl', 'brsrv', 'wan'].flatMap((name) =>
    ['rp_filter', 'forwarding'].map((setting) => `net/ipv4/conf/${name}/${setting} = 1`),
  ),
];

test('the links of a collected gateway say it', async () => {
  const report = await audited(collected(LET_OUT, STRICT));
  expect(verdicts(report)).toBe('pass');
  expect(notes(report)).toHaveLength(1);
});

test('a collected gateway that does not forward by every interface lets nobody through for sure', async () => {
  const partly = STRICT.map((one) => one.replace('brsrv/forwarding = 1', 'brsrv/forwarding = 0'));
  const report = await audited(collected(LET_OUT, partly));
  expect(verdicts(report)).toBe('unproven,pass');
  const client = report.flows.find(({ from }) => from.role === 'client');
  expect(client?.proof).toMatchObject({ result: 'undecided', reason: { code: 'not-forwarding' } });
});

test('where the kernel checks no reverse path, somebody elsewhere may claim an address of it', async () => {
  const spoofed = rules('ip saddr 10.20.0.0/24 accept');
  const outsiders = (report: AuditReport): string =>
    [
      ...new Set(report.flows.flatMap(({ from, verdict }) => (from.role === 'outsider' ? [verdict] : []))),
    ].join();
  expect(outsiders(await audited(collected(spoofed, [])))).toBe('fail');
  expect(outsiders(await audited(collected(LET_OUT, [])))).toBe('unproven');
});

test('a bridge whose frames iptables sees passes them through the rules', async () => {
  const ports = [{ ifname: 'p1', flags: ['UP'], master: 'brsrv', addr_info: [] }];
  const filtered = [...STRICT, 'net/bridge/bridge-nf-call-iptables = 1'];
  const strict = [...filtered, 'net/ipv4/conf/p1/rp_filter = 1'];
  const report = await audited(collected(rules(''), strict, ports));
  expect(notes(report)).toEqual([]);
  expect(report.flows.find(({ from }) => from.role === 'config-tool')?.verdict).toBe('fail');
});

test('an interface that rules name and nobody has is reported', async () => {
  const typing = (report: AuditReport): readonly string[] =>
    report.assumptions.filter((one) => one.includes('no interface of that name'));
  const wrong = rules('iifname "gcll" accept');
  expect(typing(await audited(wrong, SITE + INTERFACES))).toEqual([expect.stringContaining('name gcll,')]);
  expect(typing(await audited(collected(wrong, STRICT)))).toEqual([expect.stringContaining('up on gw')]);
  expect(typing(await audited(LET_OUT, SITE + INTERFACES))).toEqual([]);
  expect(typing(await audited(wrong))).toEqual([]);
});

test('frames of anybody pass a bridge without an address, past the chains of IP and whatever the routes say', async () => {
  const rules = `table inet fw {\n chain forward {\n type filter hook forward priority 0; policy drop;\n ct state established accept\n ip saddr { 10.30.0.0/16, 10.20.0.0/28 } accept\n }\n}\n`;
  const settings = ['net/ipv4/conf/gcl/rp_filter = 1', 'net/ipv4/conf/brsrv/rp_filter = 1'];
  const forwards = ['net/ipv4/ip_forward = 1', 'net/ipv4/conf/gcl/forwarding = 1'];
  const port = (ifname: string): object => ({ ifname, flags: ['UP'], master: 'br0' });
  const bridge = [{ ifname: 'br0', flags: ['UP'] }, port('p0'), port('p1')];
  const blocked = async (more: readonly object[]): Promise<string> => {
    const { flows } = await audited(collected(rules, [...settings, ...forwards], more));
    const own = flows.filter(({ expected }) => expected === 'blocked');
    return [...new Set(own.map(({ verdict }) => verdict))].join();
  };
  expect(await blocked([])).toContain('pass');
  expect(await blocked(bridge)).not.toContain('pass');
});
