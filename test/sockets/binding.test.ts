import { expect, test } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import { compareBindings, formatPorts, tryParseBinding } from '../../src/sockets/binding.ts';

const address = (text: string) => parseAddress(text, 'test');

test.each([
  ['0.0.0.0', { family: 4, address: null }],
  ['::', { family: 6, address: null }],
  ['[::]', { family: 6, address: null }],
  ['127.0.0.1', { family: 4, address: address('127.0.0.1') }],
  ['[fd00:20::11]', { family: 6, address: address('fd00:20::11') }],
  ['fe80::4d2:1%12', { family: 6, address: address('fe80::4d2:1') }],
  ['[fe80::1%eth0]', { family: 6, address: address('fe80::1') }],
  ['::ffff:10.20.0.11', { family: 4, address: address('10.20.0.11') }],
  ['::ffff:0.0.0.0', { family: 4, address: null }],
] as const)('%s is a binding', (text, binding) => {
  expect(tryParseBinding(text)).toEqual(binding);
});

test.each(['', '*', 'localhost', '10.0.0', '10.0.0.0/8', '2001:db8:1111:222:', '[::', '::1.5432'])(
  '%s is not a binding',
  (text) => {
    expect(tryParseBinding(text)).toBeUndefined();
  },
);

test('ports are named once, in ranges, by transport', () => {
  const at = (transport: 'tcp' | 'udp', port: number) =>
    ({ transport, port, family: 4, address: null }) as const;
  expect(
    formatPorts([at('udp', 10100), at('tcp', 103), at('tcp', 102), at('tcp', 10100), at('tcp', 102)]),
  ).toBe('TCP 102-103, 10100 and UDP 10100');
});

test('order: transport, port, family, wildcard first', () => {
  const sorted = [
    { transport: 'tcp', port: 102, family: 4, address: null },
    { transport: 'tcp', port: 102, family: 4, address: address('127.0.0.1') },
    { transport: 'tcp', port: 102, family: 6, address: null },
    { transport: 'tcp', port: 103, family: 4, address: null },
    { transport: 'udp', port: 102, family: 4, address: null },
  ] as const;
  expect([...sorted].reverse().sort(compareBindings)).toEqual(sorted);
});
