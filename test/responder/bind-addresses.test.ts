import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../src/net/address.ts';
import { bindAddresses } from '../../src/responder/bind-addresses.ts';

const read = (texts: readonly string[]) => texts.map((text) => parseAddress(text, 'test'));
const OWN = ['127.0.0.1', '10.20.0.11', '10.20.0.12', '::1', 'fd00:20::11', 'fe80::1', 'febf::1'];

test.each([
  ['tcp', ['0.0.0.0', '::'], OWN, ['0.0.0.0', '::']],
  ['udp', ['0.0.0.0'], OWN, ['127.0.0.1', '10.20.0.11', '10.20.0.12']],
  ['udp', ['::'], OWN, ['::1', 'fd00:20::11']],
  ['udp', ['10.20.0.12', 'fe80::1'], OWN, ['10.20.0.12', 'fe80::1']],
  ['tcp', ['0.0.0.0', '::'], ['127.0.0.1'], ['0.0.0.0']],
  ['udp', ['::'], ['127.0.0.1'], []],
] as const)('%s on %o of a machine with %o: %o', (transport, wanted, own, expected) => {
  expect(bindAddresses(read(wanted), transport, read(own)).map(formatAddress)).toEqual(expected);
});
