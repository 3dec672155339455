import { expect, test } from 'vitest';
import { unknownMachine } from '../../src/facts/machine-facts.ts';
import { InputError } from '../../src/input-error.ts';
import { parseAddress } from '../../src/net/address.ts';
import { refuseOtherMachine } from '../../src/usecases/audit/machine/refuse-other-machine.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { host } from '../ports/site.ts';

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
  expect((await run(['10.20.0.11'])).flows.length).toBeGreaterThan(0);
});
