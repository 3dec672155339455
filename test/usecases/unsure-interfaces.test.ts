import { expect, test } from 'vitest';
import { parseInterface } from '../../src/cli/flags/audit-flags.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import type { AuditOptions } from '../../src/usecases/audit/audit-options.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { trace } from '../../src/usecases/audit/trace.ts';

// The routes of a collected machine say by which interface sources come in, surely only where the kernel drops what comes otherwise
// (strict rp_filter). Else what differs by interface is no all-clear.

const SITE = siteFromYaml(
  `
hosts: { maps-a: { address: 10.20.0.11, instances: 1, allocator: false } }
peers: { client: [10.30.0.0/16], config-tool: [10.20.9.5], web: [] }
`,
  'vwaudit.yaml',
);

const iface = (ifname: string, local: string): object => ({
  ifname,
  flags: ['UP'],
  addr_info: [{ local }],
});
const ETH0 = iface('eth0', '10.20.0.11');
const BOTH = [ETH0, iface('eth1', '10.40.0.11')];
const ROUTES = [
  { dst: 'default', gateway: '10.20.0.1', dev: 'eth0', flags: [] },
  { dst: '10.20.0.0/24', dev: 'eth0', flags: [] },
  // Leads nowhere, so by no interface.
  { type: 'blackhole', dst: '10.99.0.0/16', flags: [] },
];

/** `rp_filter` of each interface. */
type Filters = Readonly<Record<'eth0' | 'eth1', number>>;

function collected(rules: string, filter: number | Filters, interfaces = BOTH): string {
  const routes =
    interfaces.length > 1 ? [...ROUTES, { dst: '10.40.0.0/24', dev: 'eth1', flags: [] }] : ROUTES;
  const table = `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n${rules}\nCOMMIT\n`;
  const lookUp = [{ priority: 0, src: 'all', table: 'main' }];
  const filters = typeof filter === 'number' ? { eth0: filter, eth1: filter } : filter;
  const settings = Object.entries(filters).map(([name, own]) => `net/ipv4/conf/${name}/rp_filter = ${own}`);
  const commands = [
    ['iptables-nft', table],
    ['nft', ''],
    ['addresses', JSON.stringify(interfaces)],
    ['routes-4', JSON.stringify(routes)],
    ['rules-4', JSON.stringify(lookUp)],
    ['settings', settings.join('\n')],
  ].map(([id, output]) => ({ id, command: id, exitCode: 0, output, errors: '' }));
  return JSON.stringify({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    ...{ host: 'maps-a', commands },
  });
}

const TOOL = { name: 'vwaudit', version: 'test' };
const COMMON = {
  ...{ files: ['m.json'], dialects: ANY_DIALECT, hook: 'input', selfAddresses: [], isForwarding: false },
} as const satisfies Partial<AuditOptions>;

async function verdicts(file: string, stated: readonly string[] = []): Promise<Record<string, string>> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(file)) };
  const interfaces = stated.map(parseInterface);
  const report = await audit(SITE, { ...COMMON, interfaces, rulesOf: null }, { system, tool: TOOL });
  const of102 = report.flows.filter(({ endpoint }) => endpoint === 'server-1.client');
  return Object.fromEntries(
    of102.map(({ from, verdict, proof }) => [from.role, `${verdict} ${proof.result}`]),
  );
}

const BY_ETH0 = '-A INPUT -i eth0 -s 10.30.0.0/16 -p tcp --dport 102 -j ACCEPT';
const ANYWHERE = '-A INPUT -s 10.30.0.0/16 -p tcp --dport 102 -j ACCEPT';
const OPEN_ETH1 = '-A INPUT -i eth1 -j ACCEPT';
const BY_ETH1 = '-A INPUT -i eth1 -s 10.30.0.0/16 -p tcp --dport 102 -j ACCEPT';

test.each([
  ['strict', BY_ETH0, 1, 'pass allowed', 'pass blocked'],
  ['none', BY_ETH0, 0, 'unproven depends', 'pass blocked'],
  ['loose', BY_ETH0, 2, 'unproven depends', 'pass blocked'],
  ['none, and no rule asks for it', ANYWHERE, 0, 'pass allowed', 'pass blocked'],
  // Whoever is at eth1 comes from 10.40.0.0/24 if the kernel checks it, else from anywhere.
  ['strict, one network is let in', `${ANYWHERE}\n${OPEN_ETH1}`, 1, 'pass allowed', 'fail partly'],
  ['none, and all of an interface is let in', `${ANYWHERE}\n${OPEN_ETH1}`, 0, 'pass allowed', 'fail depends'],
  ['by the interface of the route it is blocked', BY_ETH1, 0, 'fail blocked', 'pass blocked'],
])('rp_filter %s', async (_, rules, filter, client, outsider) => {
  expect(await verdicts(collected(rules, filter))).toEqual({ client, outsider });
});

test('a machine with one interface has no other way in', async () => {
  const file = collected(BY_ETH0, 0, [ETH0]);
  expect(await verdicts(file)).toEqual({ client: 'pass allowed', outsider: 'pass blocked' });
  // One without an address takes packets as well.
  const more = collected(BY_ETH0, 0, [ETH0, { ifname: 'eth1', flags: ['UP'], addr_info: [] }]);
  expect((await verdicts(more)).client).toBe('unproven depends');
});

test('what is stated is known', async () => {
  const file = collected(BY_ETH0, 0);
  expect((await verdicts(file, ['client=eth0'])).client).toBe('pass allowed');
  expect((await verdicts(file, ['eth0'])).client).toBe('pass allowed');
  expect((await verdicts(file, ['eth1'])).client).toBe('fail blocked');
});

const STRICT_ON_ETH1 = { eth0: 0, eth1: 1 };

test.each([
  [STRICT_ON_ETH1, 'eth1', 'unproven undecided'],
  [STRICT_ON_ETH1, 'eth0', 'pass allowed'],
  // Answers leave by eth0 nevertheless, and whether that leads to them is not known.
  [{ eth0: 1, eth1: 0 }, 'eth1', 'unproven allowed'],
  [{ eth0: 1, eth1: 2 }, 'eth1', 'unproven allowed'],
])('%o: clients whose route leads by eth0, stated to come in by %s', async (filter, name, client) => {
  const file = collected(ANYWHERE, filter);
  expect((await verdicts(file, [`client=${name}`])).client).toBe(client);
  expect((await verdicts(file, [name])).client).toBe(client);
});

test.each([
  [1, 'allowed', 0],
  [0, 'depends', 1],
])('trace: rp_filter %i', async (filter, result, assumed) => {
  const system = {
    ...nodeSystem,
    readBytes: () => Promise.resolve(Buffer.from(collected(BY_ETH0, filter))),
  };
  const ask = async (packet: string) =>
    trace({ ...COMMON, packets: [packet], list: null }, { system, tool: TOOL });
  const { packets, assumptions } = await ask('tcp 10.30.0.5 > 10.20.0.11:102');
  expect(packets[0]?.result).toBe(result);
  expect(assumptions.filter((one) => one.includes('rp_filter'))).toHaveLength(assumed);
  expect((await ask('tcp 10.30.0.5 > 10.20.0.11:102 in eth0')).packets[0]?.result).toBe('allowed');
});

test('trace: rp_filter is 1 on the stated interface alone', async () => {
  const file = collected(ANYWHERE, STRICT_ON_ETH1);
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(file)) };
  const packets = ['eth0', 'eth1'].map((name) => `tcp 10.30.0.5 > 10.20.0.11:102 in ${name}`);
  const found = await trace({ ...COMMON, packets, list: null }, { system, tool: TOOL });
  expect(found.packets.map(({ result }) => result)).toEqual(['allowed', 'undecided']);
});
