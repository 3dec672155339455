import { expect, test } from 'vitest';
import { redactMachine } from '../../src/facts/redact.ts';
import type { LinuxMachine } from '../../src/facts/machine-file.ts';

const KEY = Buffer.from('a key for tests');

function outputOf(output: string): string {
  const command = { id: 'nft', command: 'nft list ruleset', exitCode: 0, output, errors: '' };
  const machine: LinuxMachine = {
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    ...{ host: 'maps-a', commands: [command] },
  };
  const redacted = redactMachine(machine, KEY);
  expect(redacted).toMatchObject({ host: 'machine', isRedacted: true });
  return redacted.commands[0]!.output;
}

const numberOf = (address: string): number =>
  address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);

test('networks stay networks and hold the addresses they held', () => {
  const [network, inside, outside, json] = outputOf(
    '10.20.32.0/20\n10.20.33.7\n10.20.48.1\n{"prefix": {"addr": "10.20.32.0", "len": 20}}',
  ).split('\n') as [string, string, string, string];
  const [first, length] = network.split('/') as [string, string];
  expect(length).toBe('20');
  expect(first).not.toBe('10.20.32.0');
  expect(numberOf(first) % 4096).toBe(0);
  expect(Math.floor(numberOf(inside) / 4096)).toBe(numberOf(first) / 4096);
  expect(Math.floor(numberOf(outside) / 4096)).not.toBe(numberOf(first) / 4096);
  expect(json).toBe(`{"prefix": {"addr": "${first}", "len": 20}}`);
});

test('ranges stay ranges of the same length', () => {
  const [range, own] = outputOf('10.20.0.17-10.20.1.9\n10.20.0.200').split('\n') as [string, string];
  const [low, high] = range.split('-').map(numberOf) as [number, number];
  expect(high - low).toBe(256 - 17 + 9);
  expect(numberOf(own)).toBeGreaterThan(low);
  expect(numberOf(own)).toBeLessThan(high);
});

test.each([
  '127.0.0.1',
  '0.0.0.0/0',
  '255.255.255.0',
  '224.0.0.251',
  '::1',
  '::/0',
  'ff02::1',
  '1.8.9',
  '07:12:33',
])('%s stays', (text) => {
  expect(outputOf(text)).toBe(text);
});

test('what people wrote goes, in the words of each tool', () => {
  expect(
    outputOf(
      [
        '-A INPUT -s 10.1.2.3/32 -m comment --comment "for Anna \\" Berg" -j LOG --log-prefix "anna "',
        '-A INPUT -m comment --comment anna -j ACCEPT',
        'tcp dport 102 log prefix "anna" accept comment "anna"',
        '{"comment": "an\\"na", "prefix": "anna"}',
      ].join('\n'),
    ),
  ).not.toMatch(/anna|Anna|Berg/);
});

test('hardware addresses are numbered', () => {
  expect(outputOf('52:54:00:AA:bb:01 52:54:00:aa:bb:02 52:54:00:aa:BB:01 ff:ff:ff:ff:ff:ff')).toBe(
    '02:00:00:00:00:01 02:00:00:00:00:02 02:00:00:00:00:01 ff:ff:ff:ff:ff:ff',
  );
});

test('neighbours and policies of IPsec keep fitting to the addresses, and tell none', () => {
  const [own, neighbour, policy, template] = outputOf(
    [
      '10.61.0.5',
      '[{"dst":"10.61.0.5","dev":"eth0","lladdr":"52:54:00:12:34:56","state":["PERMANENT"]}]',
      'src 10.61.0.5/32 dst 10.61.0.0/16 proto tcp dport 102 ',
      '\ttmpl src 10.61.0.5 dst 10.61.0.1',
    ].join('\n'),
  ).split('\n') as [string, string, string, string];
  expect([neighbour, policy, template].join()).not.toMatch(/10\.61\.|52:54/);
  expect(neighbour).toBe(
    `[{"dst":"${own}","dev":"eth0","lladdr":"02:00:00:00:00:01","state":["PERMANENT"]}]`,
  );
  expect(policy).toMatch(new RegExp(`^src ${own}/32 dst 10\\.[\\d.]+\\.0\\.0/16 proto tcp dport 102 $`));
  expect(template).toContain(`tmpl src ${own} dst 10.`);
});
