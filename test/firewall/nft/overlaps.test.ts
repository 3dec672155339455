import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNftText } from '../../../src/firewall/nft-text/parse-nft-text.ts';
import { InputError } from '../../../src/input-error.ts';
import { fate } from '../evaluate/fate.ts';

// What nft 1.0.6 and the kernel said to each of these; that the first of several elements counts was seen in 35,000 packets.

const inChain = (rule: string): string => `table inet t {\n chain c {\n  ${rule}\n }\n}\n`;
const unused = (map: string): string => `table inet t {\n map m { ${map}; }\n}\n`;

describe('elements of a map that nft does not load beside each other', () => {
  test.each([
    inChain('iifname vmap { "eth*" : accept, "eth0" : drop }'),
    inChain('iifname vmap { "eth*" : accept, "eth1*" : accept }'),
    inChain('iifname vmap { "eth" : accept, "eth*" : drop }'),
    inChain('iif vmap { "lo" : accept, 1 : drop }'),
    inChain('meta nfproto vmap { ipv4 : accept, ipv4 : drop }'),
    inChain('tcp dport vmap { 22 : accept, * : drop, * : accept }'),
    inChain('ip saddr . tcp dport vmap { * : drop, * : accept }'),
    inChain('ip saddr . tcp dport vmap { 10.0.0.1 . 80 : accept, 10.0.0.1 . 80 : drop }'),
    inChain('ip saddr . tcp dport vmap { 10.0.0.0/24 . 80 : drop, 10.0.0.1 . 80 : drop }'),
    inChain('ip saddr . tcp dport vmap { 10.0.0.0/16 . 80 : accept, 10.0.0.0/24 . 80 : drop }'),
    inChain('ip saddr . tcp dport vmap { 10.0.0.1-10.0.0.1 . 80 : accept, 10.0.0.1 . 80 : drop }'),
    inChain('iifname . tcp dport vmap { "eth*" . 80 : accept, "eth0" . 80 : drop }'),
    inChain('iifname . tcp dport vmap { "eth" . 80 : accept, "eth*" . 80 : drop }'),
    inChain('ct state . tcp dport vmap { new . 80-90 : accept, new . 85 : drop }'),
    inChain('meta mark set ip saddr . tcp dport map { 10.0.0.0/8 . 80 : 1, 10.0.0.1 . 80 : 2 }'),
    unused('type ipv4_addr : verdict; flags interval; elements = { 10.0.0.0/8 : accept, 10.0.0.1 : drop }'),
    unused('type ipv4_addr . inet_service : mark; elements = { 10.0.0.1 . 80 : 1, 10.0.0.1 . 80 : 2 }'),
    unused('type ifname : verdict; elements = { "eth0" : accept, "eth0" : drop }'),
  ])('%s', (text) => {
    expect(() => parseNftText(text, 'x.nft')).toThrow('overlaps');
  });
});

describe('elements that it does load', () => {
  test.each([
    inChain('iifname vmap { "eth0" : accept, "eth0" : accept, "eth1" : drop }'),
    inChain('tcp dport vmap { 22 : accept, * : drop, * : drop }'),
    inChain('iifname . tcp dport vmap { "eth0" . 80 : accept, "eth*" . 80 : drop }'),
    inChain('ip saddr . tcp dport vmap { 10.0.0.1 . 80 : accept, 10.0.0.1 . 80 : accept }'),
    inChain(
      'ip saddr . tcp dport vmap { 10.0.0.10-10.0.0.20 . 70-100 : accept, 10.0.0.15-10.0.0.30 . 60-80 : drop }',
    ),
    inChain('meta nfproto vmap { 7 : accept, 12 : drop }'),
    unused('type ipv4_addr : verdict; elements = { 10.0.0.1 : accept, 10.0.0.2 : drop, * : drop }'),
  ])('%s', (text) => {
    expect(() => parseNftText(text, 'x.nft')).not.toThrow();
  });
});

test('of elements that overlap the first one counts', () => {
  const side = (from: number, to: number) =>
    fc
      .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to }))
      .map(([a, b]): Side => (a < b ? [a, b] : [b, a]));
  const element = fc.record({
    host: side(5, 13),
    port: side(98, 106),
    verdict: fc.constantFrom('accept', 'drop'),
  });
  fc.assert(
    fc.property(fc.array(element, { minLength: 2, maxLength: 6 }), (elements) => {
      const written = elements.map(
        ({ host, port, verdict }) =>
          `10.9.9.${host[0]}-10.9.9.${host[1]} . ${port[0]}-${port[1]} : ${verdict}`,
      );
      const text = `table ip t {
        map m { type ipv4_addr . inet_service : verdict; flags interval; elements = { ${written.join(', ')} } }
        chain c { type filter hook input priority 0; ip saddr . tcp dport vmap @m; drop; }
      }`;
      const isRefused = elements.some((next, index) =>
        elements.slice(0, index).some((before) => {
          const holdsEnd = [0, 1].some(
            (end) => within(before.host, next.host[end]) && within(before.port, next.port[end]),
          );
          return holdsEnd && JSON.stringify(before) !== JSON.stringify(next);
        }),
      );
      if (isRefused) expect(() => fate(text)).toThrow(InputError);
      else {
        const first = elements.find(({ host, port }) => within(host, 9) && within(port, 102));
        expect(fate(text)).toBe(first?.verdict === 'accept' ? 'allowed' : 'blocked');
      }
    }),
    { numRuns: 500 },
  );
});

type Side = readonly [first: number, last: number];

function within([first, last]: Side, value = NaN): boolean {
  return first <= value && value <= last;
}
