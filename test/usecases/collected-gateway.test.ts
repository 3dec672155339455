import { describe, expect, test } from 'vitest';
import { parseInterface } from '../../src/cli/flags/audit-flags.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';

// A gateway whose rules let everybody in who must get in: what else is collected of it decides whether that is proven.

const RULES = `table inet t {
	chain f {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		ip saddr 10.61.0.0/16 ip daddr 10.63.0.11 accept
	}
}
`;

interface Link {
  readonly name: string;
  readonly address: string;
  readonly flags?: readonly string[];
  readonly operstate?: string;
}

const CLIENTS: Link = { name: 'eth0', address: '10.61.0.1' };
const SERVERS: Link = { name: 'eth1', address: '10.63.0.1' };
const UP = ['UP', 'LOWER_UP'];

function collected(
  links: readonly Link[],
  settings: readonly string[],
  routes: readonly object[] = [],
  rules = RULES,
  bridges = '',
): string {
  const addresses = links.map(({ name, address, flags = UP, operstate = 'UP' }) => ({
    ...{ ifname: name, flags, operstate },
    addr_info: [{ local: address, prefixlen: 16 }],
  }));
  const onLink = links
    .filter(({ flags = UP }) => flags.includes('UP'))
    .map(({ name, address, operstate = 'UP' }) => ({
      ...{ dst: `${address.replace(/\.0\.1$/, '.0.0')}/16`, dev: name, protocol: 'kernel', scope: 'link' },
      flags: operstate === 'UP' ? [] : ['linkdown'],
    }));
  const outputs = {
    nft: rules,
    addresses: JSON.stringify(addresses),
    'routes-4': JSON.stringify([...onLink, ...routes]),
    'routes-6': '[]',
    'rules-4': JSON.stringify([{ priority: 32_766, src: 'all', table: 'main' }]),
    'rules-6': '[]',
    settings: `${settings.join('\n')}\n`,
    bridges,
  };
  const commands = Object.entries(outputs).map(([id, output]) => ({
    ...{ id, command: id, exitCode: 0, output, errors: '' },
  }));
  const head = { schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' };
  return JSON.stringify({ ...head, host: 'gw', commands });
}

const forwarding = (...names: readonly string[]): readonly string[] => [
  'net/ipv4/ip_forward = 1',
  ...names.map((name) => `net/ipv4/conf/${name}/forwarding = 1`),
];

async function audited(text: string, interfaces: readonly string[] = []): Promise<AuditReport> {
  const site = siteFromYaml(
    'hosts: { maps-a: { address: 10.63.0.11, instances: 1, allocator: false } }\npeers: { client: [10.61.0.0/16], config-tool: [10.61.0.5] }\n',
    'vwaudit.yaml',
  );
  return audit(
    site,
    {
      ...{ files: ['gw.json'], dialects: ANY_DIALECT, hook: 'forward', rulesOf: null, selfAddresses: [] },
      ...{ interfaces: interfaces.map(parseInterface), isForwarding: false },
    },
    {
      system: { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) },
      tool: { name: 'vwaudit', version: 'test' },
    },
  );
}

async function verdicts(text: string, interfaces: readonly string[] = []): Promise<string> {
  const { flows } = await audited(text, interfaces);
  const own = flows.filter(({ expected }) => expected === 'reachable');
  return [...new Set(own.map(({ verdict }) => verdict))].join();
}

const BY_WAN = [{ dst: 'default', gateway: '10.62.0.5', dev: 'wan0' }];
const WAN: Link = { name: 'wan0', address: '10.62.0.1' };
const ALL = [CLIENTS, WAN, SERVERS];
const FORWARDS = forwarding('eth0', 'wan0', 'eth1');

test('every interface is up and forwards: what the rules let in gets in', async () => {
  expect(await verdicts(collected(ALL, FORWARDS, BY_WAN))).toBe('pass');
});

test('an address of the gateway itself is refused: its forward chains see no packet to it', async () => {
  const servers = { ...SERVERS, address: '10.63.0.11' };
  await expect(verdicts(collected([CLIENTS, WAN, servers], FORWARDS, BY_WAN))).rejects.toThrow(
    /10\.63\.0\.11 is an address of this gateway itself/,
  );
});

test('a file that does not say of each interface that it forwards proves nothing', async () => {
  expect(await verdicts(collected(ALL, ['net/ipv4/ip_forward = 1'], BY_WAN))).toBe('unproven');
});

test.each([
  [
    'towards the servers is down, and another route would lead elsewhere',
    [CLIENTS, WAN, { ...SERVERS, flags: [], operstate: 'DOWN' }],
  ],
  [
    'towards the servers has no carrier',
    [CLIENTS, WAN, { ...SERVERS, flags: ['UP', 'NO-CARRIER'], operstate: 'DOWN' }],
  ],
  ['towards the clients is down', [{ ...CLIENTS, flags: [], operstate: 'DOWN' }, WAN, SERVERS]],
])('the interface %s: nothing is proven', async (_, links) => {
  expect(await verdicts(collected(links, FORWARDS, BY_WAN))).toBe('unproven');
});

test('what is down and leads where another interface leads too, or to containers that do not run, is no matter', async () => {
  const spare = { ...SERVERS, name: 'eth2', flags: [], operstate: 'DOWN' };
  const docker = { name: 'docker0', address: '172.17.0.1', flags: ['UP', 'NO-CARRIER'], operstate: 'DOWN' };
  expect(await verdicts(collected([...ALL, spare, docker], FORWARDS, BY_WAN))).toBe('pass');
});

describe('answers to the clients leave by another interface than the one where clients may be', () => {
  const docker = { name: 'docker0', address: '10.61.0.1' };
  const narrow = (dev: string): object => ({ dst: '10.61.0.0/17', dev, scope: 'link', flags: [] });
  test.each([
    ['a bridge of containers has their network', [docker, WAN, SERVERS], [], '10.61.0.0/16=docker0'],
    ['another interface has a part of their network', ALL, [narrow('wan0')], '10.61.0.0/17=wan0'],
  ])('%s: unproven until somebody states who they are', async (_, links, routes, stated) => {
    const text = collected(links, forwarding(...links.map(({ name }) => name)), [...BY_WAN, ...routes]);
    const { findings } = await audited(text);
    expect(findings.map(({ code }) => code)).toContain('unstated');
    expect(findings.flatMap(({ advice }) => advice).join('\n')).toContain(`--interface ${stated}`);
    expect(await verdicts(text)).toBe('unproven');
    expect(await verdicts(text, [stated])).toBe('pass');
  });

  test('a bridge has their network, and no port: unproven until somebody states that they are on it', async () => {
    const links = [{ ...CLIENTS, name: 'lan7' }, WAN, SERVERS];
    const text = (bridges: string): string =>
      collected(links, forwarding(...links.map(({ name }) => name)), BY_WAN, RULES, bridges);
    const empty = text('bridge lan7\nbridge lan7 vlan_filtering 0\n');
    expect(await verdicts(empty)).toBe('unproven');
    expect(await verdicts(empty, ['10.61.0.0/16=lan7'])).toBe('pass');
    expect(await verdicts(text('bridge lan7\nport eth0 lan7 state 3\n'))).toBe('pass');
  });

  test.each([
    ['a rule for their network', { dst: '10.61.0.0/16', dev: 'wan0', table: '77', scope: 'link' }],
    ['a rule for all', { dst: 'default', gateway: '10.62.0.5', dev: 'wan0', table: '77' }],
  ])('%s leads answers away from the link that has it: unproven', async (_, route) => {
    const rule = { priority: 100, src: 'all', table: '77' };
    const text = collected(ALL, FORWARDS, [...BY_WAN, { ...route, flags: [] }]).replace(
      JSON.stringify(JSON.stringify([{ priority: 32_766, src: 'all', table: 'main' }])),
      JSON.stringify(JSON.stringify([rule, { priority: 32_766, src: 'all', table: 'main' }])),
    );
    expect(text).toContain('77');
    expect(await verdicts(text)).toBe('unproven');
  });

  test('two interfaces in one network, as bonded ones and spare ones are, are no matter', async () => {
    const twin = { ...CLIENTS, name: 'eth5' };
    expect(await verdicts(collected([...ALL, twin], [...FORWARDS, ...forwarding('eth5')], BY_WAN))).toBe(
      'pass',
    );
  });
});

describe('packets to the server leave by another interface than the one where it may be', () => {
  const to = (dst: string, more: object): object => ({ dst, scope: 'link', flags: [], ...more });
  test.each([
    ['a route to it alone', to('10.63.0.11', { dev: 'wan0' }), '10.63.0.11=wan0'],
    ['a route to some', to('10.63.0.0/28', { gateway: '10.62.0.5', dev: 'wan0' }), '10.63.0.0/28=wan0'],
    [
      'the same network by a better metric',
      to('10.63.0.0/16', { dev: 'wan0', metric: -1 }),
      '10.63.0.0/16=wan0',
    ],
  ])('%s: unproven until somebody states that it is there', async (_, route, stated) => {
    const text = collected(ALL, FORWARDS, [...BY_WAN, route]);
    const { findings } = await audited(text);
    expect(findings.flatMap(({ advice }) => advice).join('\n')).toContain(`--interface ${stated}`);
    expect(await verdicts(text)).toBe('unproven');
    expect(await verdicts(text, [stated])).toBe('pass');
    expect(await verdicts(text, ['10.63.0.11/32=eth1'])).toBe('unproven');
  });

  test('a table for what clients or others send: of theirs alone', async () => {
    const rules = (src: string): string =>
      JSON.stringify(
        JSON.stringify([
          { priority: 100, src, srclen: 24, table: '77' },
          { priority: 32_766, src: 'all', table: 'main' },
        ]),
      );
    const plain = collected(ALL, FORWARDS, [...BY_WAN, to('10.63.0.0/24', { dev: 'wan0', table: '77' })]);
    const ruled = (src: string): string =>
      plain.replace(
        JSON.stringify(JSON.stringify([{ priority: 32_766, src: 'all', table: 'main' }])),
        rules(src),
      );
    expect(await verdicts(ruled('10.61.0.0'))).toBe('unproven');
    expect(await verdicts(ruled('10.99.0.0'))).toBe('pass');
  });

  test('the server is in the network of containers of the gateway', async () => {
    const docker = { ...SERVERS, name: 'docker0' };
    const text = collected([CLIENTS, WAN, docker], forwarding('eth0', 'wan0', 'docker0'), BY_WAN);
    expect(await verdicts(text)).toBe('unproven');
    expect(await verdicts(text, ['10.63.0.0/16=docker0'])).toBe('pass');
  });
});

test('no route to the server: the address is named, and what shows its route', async () => {
  const { findings } = await audited(collected([CLIENTS, WAN], FORWARDS));
  const told = findings.flatMap(({ message, advice }) => [message, ...advice]).join('\n');
  expect(told).toMatch(/the machine has no route to 10\.63\.0\.11/);
  expect(told).toContain('$ ip route get 10.63.0.11');
});

describe('source NAT towards the server', () => {
  const nat = (rule: string): string =>
    `${RULES}table ip n {\n\tchain p {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n\t\t${rule}\n\t}\n}\n`;
  test.each([
    ['oifname "eth1" masquerade', 'unproven'],
    ['iifname "eth0" snat to 10.63.0.1', 'unproven'],
    ['ip saddr 10.61.0.0/16 masquerade', 'unproven'],
    ['oifname "wan0" masquerade', 'pass'],
    ['ip saddr 10.99.0.0/16 masquerade', 'pass'],
  ])('%s: %s', async (rule, verdict) => {
    const text = collected(ALL, FORWARDS, BY_WAN, nat(rule));
    expect(await verdicts(text)).toBe(verdict);
    const { findings } = await audited(text);
    const told = findings.map(({ message }) => message).join();
    expect(told.includes('source NAT of this gateway')).toBe(verdict === 'unproven');
  });
});

test('a stated interface that is down brings nobody, and one that the machine does not have is refused', async () => {
  const down = { name: 'eth3', address: '10.64.0.1', flags: [], operstate: 'DOWN' };
  const text = collected([...ALL, down], FORWARDS, BY_WAN);
  expect(await verdicts(text, ['client=eth0', 'config-tool=eth0'])).toBe('pass');
  expect(await verdicts(text, ['client=eth3', 'config-tool=eth3'])).toBe('unproven');
  await expect(verdicts(text, ['client=eht0', 'config-tool=eth0'])).rejects.toThrow(/eht0.*gw has none/);
});

describe('advice about the interface of a role', () => {
  const rules = (...lines: readonly string[]): string =>
    `table inet t {
	chain f {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		${lines.join('\n\t\t')}
	}
}
`;
  const ACCEPT = 'ip saddr 10.61.0.0/16 ip daddr 10.63.0.11 accept';
  const adviceOf = async (text: string, interfaces: readonly string[] = []): Promise<string> =>
    (await audited(text, interfaces)).findings.flatMap(({ advice }) => advice).join('\n');

  test.each([
    ['the rule names another one', 'iifname "wan0" drop'],
    ['the rule names two', 'iifname { "wan0", "eth9" } drop'],
    ['the rule names the same', 'iifname != "eth0" drop'],
  ])('is that of the collected routes: %s', async (_, rule) => {
    const shown = await adviceOf(collected(ALL, FORWARDS, BY_WAN, rules(rule, ACCEPT)));
    expect(shown).toMatch(/--interface client=eth0/);
    expect(shown).not.toMatch(/client=wan0|eth9 is the interface/);
  });

  test('is none where the routes know none', async () => {
    const text = collected([WAN, SERVERS], FORWARDS, [], rules('iifname "wan0" drop', ACCEPT));
    expect(await adviceOf(text)).not.toContain('client=wan0');
  });

  test('pasted, it settles the flow', async () => {
    const text = collected(ALL, FORWARDS, BY_WAN, rules('iifname "wan0" drop', ACCEPT));
    expect(await verdicts(text, ['client=eth0', 'config-tool=eth0'])).toBe('pass');
  });
});
