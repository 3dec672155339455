import net from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tryParseAddress } from '../../src/net/address.ts';
import { tryParseIpv6 } from '../../src/net/ipv6-number.ts';

test.each([
  ['::', 0n],
  ['::1', 1n],
  ['1::', 1n << 112n],
  ['1:2:3:4:5:6:7:8', 0x0001_0002_0003_0004_0005_0006_0007_0008n],
  ['FD00::aB', (0xfd00n << 112n) | 0xabn],
  ['::10.0.0.1', 0x0a00_0001n],
  ['::ffff:10.0.0.1', 0xffff_0a00_0001n],
  ['1:2:3:4:5:6:10.0.0.1', 0x0001_0002_0003_0004_0005_0006_0a00_0001n],
  ['1:2:3:4:5:6:7::', 0x0001_0002_0003_0004_0005_0006_0007_0000n],
  ['::2:3:4:5:6:7:8', 0x0002_0003_0004_0005_0006_0007_0008n],
])('%s is read', (text, value) => {
  expect(tryParseIpv6(text)).toBe(value);
  expect(tryParseIpv6(`x${text}/64`, 1, 1 + text.length)).toBe(value);
});

test('what is an address and what is not agrees with the system, whatever is around it', () => {
  const part = fc.constantFrom(
    ...['0', '1', 'ffff', '12345', 'g', ':', '::', ':', '::', '10.0.0.1', '.', '1.2'],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 17 }), fc.constantFrom('', '::', ':', '1'), (parts, rest) => {
      const text = parts.join('');
      const value = tryParseIpv6(text + rest, 0, text.length);
      expect(value !== undefined).toBe(net.isIPv6(text));
      if (value !== undefined) expect(tryParseAddress(text)?.value ?? value).toBe(value);
    }),
    { numRuns: 5000 },
  );
});
