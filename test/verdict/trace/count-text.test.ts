import { expect, test } from 'vitest';
import { addressesText, countText } from '../../../src/verdict/trace/text/count-text.ts';

test.each([
  [1n, '1'],
  [65_535n, '65,535'],
  [2n ** 32n - 1n, '4,294,967,295'],
  [2n ** 32n, '2^32'],
  [2n ** 64n, '2^64'],
  [2n ** 80n - 1n, 'about 2^80'],
  [2n ** 64n + 1n, 'about 2^64'],
  [2n ** 64n + 2n ** 63n, 'about 2^65'],
])('%s addresses are reported as %s', (count, text) => {
  expect(countText(count)).toBe(text);
});

test.each([
  ['1', '0', '1 address'],
  ['0', '2', '2 addresses'],
  ['65535', (2n ** 64n).toString(), '65,535 IPv4 and 2^64 IPv6 addresses'],
])('%s of IPv4, %s of IPv6', (ipv4, ipv6, text) => {
  expect(addressesText({ ipv4, ipv6 })).toBe(text);
});
