import { expect, test } from 'vitest';
import { parseInterface } from '../../src/cli/flags/audit-flags.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';

// Chains of IP need not see what a bridge passes from port to port: of a gateway that nobody collected, and that may be one, what only they
// drop is not proven. A gateway without any sign of a bridge is taken to route, and says so.

interface Asked {
  readonly client?: string;
  readonly interfaces?: readonly string[];
  readonly outInterface?: string;
  readonly isForwarding?: boolean;
}

async function outsiders(
  rules: string,
  { client = '10.30.0.0/16', interfaces = [], outInterface, isForwarding = true }: Asked,
) {
  const site = siteFromYaml(
    `hosts: { maps-a: { address: 10.20.0.11, instances: 1, allocator: false } }\npeers: { client: [${client}], config-tool: [10.20.0.5] }\n`,
    'vwaudit.yaml',
  );
  const report = await audit(
    site,
    {
      ...{ files: ['gw'], dialects: ANY_DIALECT, hook: 'forward', rulesOf: null, selfAddresses: [] },
      ...{ interfaces: interfaces.map(parseInterface), isForwarding },
      outInterface: outInterface ?? null,
    },
    {
      system: { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(rules)) },
      tool: { name: 'vwaudit', version: 'test' },
    },
  );
  const own = report.flows.filter(({ expected }) => expected === 'blocked');
  const isRouted = report.assumptions.some((one) => one.includes('does not bridge'));
  return `${[...new Set(own.map(({ verdict }) => verdict))].join()}${isRouted ? ', routes' : ''}`;
}

const ROUTED =
  '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n';
const NFT =
  'table inet t {\n chain f {\n type filter hook forward priority 0; policy drop;\n ct state established accept\n }\n}\n';

test('that a gateway forwards and routes has to be stated, unless the interfaces of both ends are', async () => {
  const isForwarding = false;
  expect(await outsiders(ROUTED, { isForwarding })).toBe('unproven, routes');
  expect(await outsiders(NFT, { isForwarding, interfaces: ['client=gcl'] })).toBe('unproven, routes');
  const ends = { interfaces: ['client=gcl', 'config-tool=gcl'], outInterface: 'brsrv' };
  expect(await outsiders(NFT, { isForwarding, ...ends })).toBe('pass, routes');
});

test('without any sign of a bridge a gateway is taken to route', async () => {
  expect(await outsiders(ROUTED, {})).toBe('pass, routes');
  expect(await outsiders(NFT, {})).toBe('pass, routes');
});

test.each([
  [
    'a rule about a port of a bridge',
    ROUTED.replace('COMMIT', '-A FORWARD -m physdev --physdev-in eth7 -j DROP\nCOMMIT'),
  ],
  ['a rule about a bridge', NFT.replace('ct state', 'meta ibrname "br0" drop\n ct state')],
  [
    'a table of family bridge',
    `${NFT}table bridge b {\n chain f {\n type filter hook forward priority 0; policy drop;\n ip saddr 10.30.0.0/16 accept\n ip saddr != 10.30.0.0/16 accept\n ether type arp accept\n }\n}\n`,
  ],
])('%s: frames may not meet the chains of IP, unless both interfaces are known', async (_, rules) => {
  expect(await outsiders(rules, {})).toBe('unproven');
  const between = { interfaces: ['client=eth0', 'config-tool=eth0', 'outsider=wan'], outInterface: 'eth1' };
  expect(await outsiders(rules, between)).toMatch(/^(?:pass|unproven)/);
  if (!rules.includes('table bridge')) expect(await outsiders(rules, between)).toBe('pass');
});

test('empty tables of ebtables are no sign', async () => {
  const empty =
    'table bridge filter {\n chain FORWARD {\n type filter hook forward priority filter; policy accept;\n }\n}\n';
  expect(await outsiders(`${NFT}${empty}`, {})).toBe('pass, routes');
});

test('clients in the network of the host reach it over its link, or a bridge', async () => {
  expect(await outsiders(NFT, { client: '10.20.0.128/25' })).toBe('unproven');
  expect(await outsiders(NFT, { client: '10.20.0.0/16' })).toBe('unproven');
  expect(await outsiders(NFT, { client: '10.0.0.0/8' })).toBe('pass, routes');
  expect(await outsiders(NFT, { client: '10.20.0.0/16', interfaces: ['10.20.0.0/24=eth1'] })).toBe(
    'pass, routes',
  );
});

test('both ends on one interface that may be a bridge', async () => {
  const on = (name: string) =>
    outsiders(NFT, {
      interfaces: [`client=${name}`, `config-tool=${name}`, `outsider=${name}`],
      outInterface: name,
    });
  expect(await on('br0')).toBe('unproven, routes');
  expect(await on('eth0')).toBe('pass, routes');
});
