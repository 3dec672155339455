import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, tryParseAddress } from '../../src/net/address.ts';
import {
  formatPrefix,
  mergePrefixes,
  parsePrefix,
  prefixContains,
  type Prefix,
} from '../../src/net/prefix.ts';

const address4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ family: 4 as const, value }));
const address6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ family: 6 as const, value }));

describe('addresses', () => {
  test('what is printed is read back', () => {
    fc.assert(
      fc.property(fc.oneof(address4, address6), (address) => {
        fc.pre(!(address.family === 6 && address.value >> 32n === 0xffffn));
        expect(tryParseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test.each(['fd00:20::11', '::1', '::', '2001:db8::1', '10.20.0.11', '0.0.0.0', '255.255.255.255'])(
    '%s is canonical',
    (text) => {
      expect(formatAddress(parseAddress(text, 'test'))).toBe(text);
    },
  );

  test.each([
    '10.1',
    '010.1.1.1',
    '0x0a.1.1.1',
    '256.1.1.1',
    '999.1.1.1',
    '1.2.3.4.5',
    '1.2.3.4 ',
    'fe80::1%eth0',
    '::ffff:1.2.3.4',
    'fd00::1::2',
    'maps-a',
    '',
    '12345',
    '[::1]',
  ])('"%s" is refused', (text) => {
    expect(tryParseAddress(text)).toBeUndefined();
    expect(() => parseAddress(text, '--host')).toThrow(`--host: "${text}" is not an IP address`);
  });
});

describe('prefixes', () => {
  test.each(['10.30.0.0/16', '0.0.0.0/0', '::/0', 'fd00:30::/48', '10.0.0.1'])(
    '%s is read and printed',
    (text) => {
      expect(formatPrefix(parsePrefix(text, 'test'))).toBe(text);
    },
  );

  test.each([
    ['10.30.0.1/16', 'write 10.30.0.0/16 for the network or 10.30.0.1 for the one address'],
    ['10.0.0.0/33', 'give a length from 0 to 32'],
    ['fd00::/129', 'give a length from 0 to 128'],
    ['10.0.0.0/', 'give a length from 0 to 32'],
    ['10.0.0.0/08', 'give a length from 0 to 32'],
    ['10.0.0.0/255.0.0.0', 'give a length from 0 to 32'],
    ['any', 'give an IPv4 or IPv6 address'],
  ])('%s: %s', (text, fix) => {
    expect(() => parsePrefix(text, '--allow client')).toThrow(fix);
  });

  const small = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
    .map(([value, length]): Prefix => ({
      family: 4,
      first: (BigInt(value) >> BigInt(32 - length)) << BigInt(32 - length),
      length,
    }));

  test('merging keeps exactly the addresses, in the fewest prefixes, none overlapping', () => {
    fc.assert(
      fc.property(fc.array(small, { maxLength: 20 }), (prefixes) => {
        const merged = mergePrefixes(prefixes);
        for (let value = 0n; value < 256n; value += 1n) {
          const holders = (list: readonly Prefix[]) =>
            list.filter((prefix) => prefixContains(prefix, { family: 4, value })).length;
          expect(holders(merged)).toBe(holders(prefixes) > 0 ? 1 : 0);
        }
        expect(mergePrefixes(merged)).toEqual(merged);
      }),
    );
  });

  test('both families at once', () => {
    const texts = ['::/0', '10.0.0.0/9', '10.128.0.0/9', 'fd00::/8'];
    expect(mergePrefixes(texts.map((text) => parsePrefix(text, 'test'))).map(formatPrefix)).toEqual([
      '10.0.0.0/8',
      '::/0',
    ]);
  });
});
