import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import { resultOf } from '../evaluate/result-of.ts';

// What nft 1.0.6 and the kernel said to each of these; that the first of several elements counts was seen in 35,000 packets.

const inChain = (rule: string): string => `table inet t {\n chain c {\n  ${rule}\n }\n}\n`;
const unused = (map: string): string => `table inet t {\n map m { ${map}; }\n}\n`;

/** The packet comes from 10.9.9.9 to TCP port 102; it is dropped where no element decides. */
const fateBy = (rule: string): string =>
  resultOf(`table inet t {\n chain c {\n  type filter hook input priority 0;\n  ${rule}\n  drop\n }\n}\n`);

describe('elements of a map that nft does not load beside each other leave open which one counts', () => {
  test.each([
    'meta nfproto vmap { ipv4 : accept, ipv4 : drop }',
    'tcp dport vmap { 22 : accept, * : drop, * : accept }',
    'tcp dport vmap { 100-105 : accept, 102 : drop }',
    'tcp dport vmap { 1-200 : accept, 5 : accept, 102 : drop }',
    'ip saddr vmap { 10.9.9.9 : accept, 10.9.9.9 : drop }',
    'ip saddr . tcp dport vmap { * : drop, * : accept }',
    'ip saddr . tcp dport vmap { 10.9.9.9 . 102 : accept, 10.9.9.9 . 102 : drop }',
    'ip saddr . tcp dport vmap { 10.9.0.0/16 . 102 : accept, 10.9.9.0/24 . 102 : drop }',
    'ip saddr . tcp dport vmap { 10.9.9.9-10.9.9.9 . 102 : accept, 10.9.9.9 . 102 : drop }',
    'ct state . tcp dport vmap { new . 80-190 : accept, new . 102 : drop }',
  ])('%s', (rule) => {
    expect(fateBy(rule)).toBe('undecided');
  });

  test('where all of them do the same, they are one', () => {
    expect(fateBy('ip saddr vmap { 10.0.0.0/8 : accept, 10.9.9.9 : accept }')).toBe('allowed');
    expect(fateBy('ip saddr . tcp dport vmap { 10.0.0.0/8 . 102 : accept, 10.9.9.9 . 102 : accept }')).toBe(
      'allowed',
    );
  });

  test.each([
    inChain('iifname vmap { "eth*" : accept, "eth0" : drop }'),
    inChain('iifname vmap { "eth" : accept, "eth*" : drop }'),
    inChain('iifname . tcp dport vmap { "eth*" . 80 : accept, "eth0" . 80 : drop }'),
    inChain('meta mark set ip saddr . tcp dport map { 10.0.0.0/8 . 80 : 1, 10.0.0.1 . 80 : 2 }'),
  ])('%s', (text) => {
    const [effect] = parseNftText(text, 'x.nft').tables[0]?.chains.get('c')?.rules[0]?.effects ?? [];
    expect(effect).toMatchObject({ kind: 'choose', cases: [{ effects: [{ kind: 'unknown' }] }] });
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
    unused('type ipv4_addr : verdict; flags interval; elements = { 10.0.0.0/8 : accept, 10.0.0.1 : drop }'),
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
      const isOpen = elements.some((next, index) =>
        elements.slice(0, index).some((before) => {
          const holdsEnd = [0, 1].some(
            (end) => within(before.host, next.host[end]) && within(before.port, next.port[end]),
          );
          return holdsEnd && before.verdict !== next.verdict;
        }),
      );
      if (isOpen) expect(resultOf(text)).toBe('undecided');
      else {
        const first = elements.find(({ host, port }) => within(host, 9) && within(port, 102));
        expect(resultOf(text)).toBe(first?.verdict === 'accept' ? 'allowed' : 'blocked');
      }
    }),
    { numRuns: 500 },
  );
});

type Side = readonly [first: number, last: number];

function within([first, last]: Side, value = NaN): boolean {
  return first <= value && value <= last;
}
