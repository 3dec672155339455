import { expect, test } from 'vitest';
import { unknownMachine } from '../../src/facts/machine-facts.ts';
import { InputError } from '../../src/input-error.ts';
import { parseAddress } from '../../src/net/address.ts';
import {
  refuseOtherMachine,
  refuseOwnOfGateway,
} from '../../src/usecases/audit/machine/refuse-other-machine.ts';
import { headline } from '../../src/report/text/audit/headline.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { trace } from '../../src/usecases/audit/trace.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { host } from '../ports/site.ts';
import { plain } from '../report/check-report.ts';

const collected = (...texts: readonly string[]) => ({
  ...unknownMachine('box'),
  addresses: texts.map((text) => parseAddress(text, 'test')),
});
const MAPS_A = host('maps-a', 1, true, ['10.20.0.11', 'fd00:20::11']);

test('a file that was collected on another machine is refused', () => {
  const refused = (): void => {
    refuseOtherMachine(MAPS_A, collected('10.20.0.77', 'fe80::1'), ['b.json']);
  };
  expect(refused).toThrow(InputError);
  expect(refused).toThrow(
    /collected on box, which has the addresses 10\.20\.0\.77, fe80::1, none of maps-a's/,
  );
});

test('one address that is its own is enough, and what is not known refuses nothing', () => {
  refuseOtherMachine(MAPS_A, collected('10.20.0.11'), ['a.json']);
  refuseOtherMachine(MAPS_A, collected(), ['a.json']);
  refuseOtherMachine(MAPS_A, unknownMachine('box'), ['a.json']);
  refuseOtherMachine(MAPS_A, null, ['a.nft']);
  refuseOtherMachine({ ...MAPS_A, addresses: [] }, collected('10.20.0.77'), ['a.json']);
});

test('audit refuses it, unless its own addresses are stated', async () => {
  const output = JSON.stringify([
    { ifname: 'eth0', addr_info: [{ family: 'inet', local: '10.20.0.77', prefixlen: 24 }] },
  ]);
  const rules = '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
  const commands = [
    { id: 'iptables-legacy', command: 'iptables-save', exitCode: 0, output: rules, errors: '' },
    { id: 'addresses', command: 'ip -j address', exitCode: 0, output, errors: '' },
  ];
  const file = JSON.stringify({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    ...{ host: 'box', commands },
  });
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(file)) };
  const site = siteFromYaml('hosts: { maps-a: { address: 10.20.0.11, instances: 1 } }', 'vwaudit.yaml');
  const run = (selfAddresses: readonly string[]) =>
    audit(
      site,
      {
        ...{ files: ['box.json'], dialects: ANY_DIALECT, hook: 'input', interfaces: [], rulesOf: null },
        ...{ selfAddresses: selfAddresses.map((text) => parseAddress(text, 'test')), isForwarding: false },
      },
      { system, tool: { name: 'vwaudit', version: 'test' } },
    );
  await expect(run([])).rejects.toThrow('collected on box');
  const stated = await run(['10.20.0.11']);
  expect(stated.flows.length).toBeGreaterThan(0);
  expect(stated.assumptions).toContain(
    'box has the address 10.20.0.11 (--self-address), which it did not have when it was collected',
  );
});

test.each([
  ['input', null, 'unproven'],
  ['input', '10.20.0.77', 'fail'],
  ['forward', '10.20.0.77', 'unproven'],
] as const)('of replaced addresses: rules on %s, host %s: %s', async (hook, address, verdict) => {
  const output = JSON.stringify([
    { ifname: 'eth0', addr_info: [{ family: 'inet', local: '10.20.0.77', prefixlen: 24 }] },
  ]);
  const rules = '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
  const commands = [
    { id: 'iptables-legacy', command: 'iptables-save', exitCode: 0, output: rules, errors: '' },
    { id: 'addresses', command: 'ip -j address', exitCode: 0, output, errors: '' },
  ];
  const file = JSON.stringify({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    ...{ host: 'machine', isRedacted: true, commands },
  });
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(file)) };
  const stated = siteFromYaml(
    `hosts: { maps-a: { address: 10.20.0.77, instances: 1 } }\npeers: { client: [10.30.0.0/16] }`,
    'vwaudit.yaml',
  );
  const site =
    address === null ? { ...stated, hosts: stated.hosts.map((one) => ({ ...one, addresses: [] })) } : stated;
  const report = await audit(
    site,
    {
      ...{ files: ['box.json'], dialects: ANY_DIALECT, hook, interfaces: [], rulesOf: null },
      ...{ selfAddresses: [], isForwarding: false },
    },
    { system, tool: { name: 'vwaudit', version: 'test' } },
  );
  const required = report.flows.filter(({ expected }) => expected === 'reachable');
  expect([...new Set(required.map((flow) => flow.verdict))]).toEqual([verdict]);
  expect(report.findings.some(({ code }) => code === 'redacted')).toBe(verdict === 'unproven');
  const [first = ''] = headline(report, plain(null));
  expect(first.includes('whether client can reach')).toBe(verdict === 'unproven');
  expect(report.assumptions.join('\n')).toMatch(/collect --redact replaced the real ones/);
});

const ROUTES = [
  { type: 'local', dst: '10.20.0.77', dev: 'eth0', table: 'local', protocol: 'kernel' },
  { type: 'local', dst: '10.99.0.0/24', dev: 'lo', table: 'local' },
  { dst: 'default', gateway: '10.20.0.1', dev: 'eth0' },
];

/** Of a machine that lets everybody in and has 10.20.0.77 and, by a route, 10.99.0.0/24. */
async function answered(to: string, selfAddresses: readonly string[] = []) {
  const commands = Object.entries({
    'iptables-legacy': '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
    addresses: JSON.stringify([
      { ifname: 'eth0', addr_info: [{ family: 'inet', local: '10.20.0.77', prefixlen: 24 }] },
    ]),
    'routes-4': JSON.stringify(ROUTES),
    'rules-4': JSON.stringify([
      { priority: 0, src: 'all', table: 'local' },
      { priority: 32766, src: 'all', table: 'main' },
    ]),
  }).map(([id, output]) => ({ id, command: id, exitCode: 0, output, errors: '' }));
  const file = JSON.stringify({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    ...{ host: 'box', commands },
  });
  const { packets } = await trace(
    {
      ...{ files: ['box.json'], dialects: ANY_DIALECT, hook: 'input', list: null, isForwarding: false },
      packets: [`tcp 10.30.0.5 > ${to}:102`],
      selfAddresses: selfAddresses.map((text) => parseAddress(text, 'test')),
    },
    {
      system: { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(file)) },
      tool: { name: 'vwaudit', version: 'test' },
    },
  );
  return packets[0];
}

test('trace: what is no address of the collected machine never gets to its chains of hook input', async () => {
  expect(await answered('10.20.0.77')).toMatchObject({ result: 'allowed' });
  expect(await answered('10.99.0.8')).toMatchObject({ result: 'allowed' });
  expect(await answered('10.20.0.78')).toMatchObject({
    result: 'undecided',
    reason: { code: 'not-its-address', address: '10.20.0.78', host: 'box' },
  });
  expect(await answered('10.20.0.76/31')).toMatchObject({ result: 'undecided' });
  expect(await answered('10.20.0.78', ['10.20.0.78'])).toMatchObject({ result: 'allowed' });
});

test('what is sent to the gateway itself is not forwarded', () => {
  const own = ['10.20.0.1', '203.0.113.1'].map((text) => parseAddress(text, 'address'));
  const asked = [parseAddress('203.0.113.1', 'address')];
  expect(() => {
    refuseOwnOfGateway(asked, own, ['g.json']);
  }).toThrow(/203\.0\.113\.1 is an address of this gateway itself/);
  refuseOwnOfGateway([parseAddress('10.20.0.11', 'address')], own, ['g.json']);
  refuseOwnOfGateway(asked, [], ['g.nft']);
});
