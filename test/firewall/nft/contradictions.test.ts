import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { resultOf } from '../evaluate/result-of.ts';

// nft 1.0.6 refuses the first of these in a file and loads the others; a kernel may have any of them, and then nft lists them so.

type Line = readonly [rule: string, family?: string];

const CONTRADICTORY: readonly Line[] = [
  ['tcp dport 22 udp dport 53'],
  ['tcp dport 22 log prefix "x" udp sport 6'],
  ['tcp dport vmap { 5 : continue } udp dport 53'],
  ['tcp dport . udp dport { 5 . 5 }'],
  ['ip saddr . tcp dport { 10.0.0.1 . 22 } udp dport 53'],
  ['meta l4proto tcp udp dport 53'],
  ['ip protocol tcp ct state new udp dport 5'],
  ['ip6 nexthdr icmp tcp dport 5'],
  ['ip saddr 10.0.0.1 ip6 saddr ::1'],
  ['meta nfproto ipv6 ip saddr 10.0.0.1'],
  ['icmpv6 type echo-request ip saddr 10.0.0.1'],
  ['exthdr frag exists ip saddr 10.0.0.1'],
  ['jhash ip saddr mod 2 == 1 ip6 saddr ::1'],
  ['ip6 saddr ::1 meta mark set ip dscp'],
  ['ip6 saddr ::1', 'ip'],
  ['ip saddr 10.0.0.1', 'ip6'],
  ['reject with icmpv6 type port-unreachable', 'ip'],
  ['ip6 saddr ::1 reject with icmp type port-unreachable'],
  ['udp dport 5 reject with tcp reset'],
  ['ip6 saddr ::1 dnat ip to 10.0.0.1'],
  ['dnat ip to 10.0.0.1:80'],
  ['log redirect to :80'],
  ['ip saddr 10.0.0.1 masquerade to :1024-2000'],
  ['redirect to ip saddr map { 10.0.0.1 : 81 }'],
];

const LOADED: readonly Line[] = [
  ['udp dport 53 meta l4proto tcp'],
  ['meta l4proto udp meta l4proto tcp'],
  ['meta l4proto != udp udp dport 53'],
  ['meta l4proto > 20 udp dport 53'],
  ['ip protocol & 0xff == tcp udp dport 5'],
  ['ip protocol 200 udp dport 5'],
  ['ip protocol gre udp dport 5'],
  ['th dport 5 udp dport 5'],
  ['ip saddr 10.0.0.1 meta nfproto ipv6 ip6 saddr ::1'],
  ['ah spi 5 tcp dport 5'],
  ['udp dport 5 tcp option maxseg size 5'],
  ['ip saddr 10.0.0.1 icmpv6 type echo-request'],
  ['icmpv6 type echo-request', 'ip'],
  ['meta protocol ip6 ip saddr 10.0.0.1'],
  ['ip saddr 10.0.0.1 meta nfproto ipv6'],
  ['ct original ip saddr 10.0.0.1 ip6 saddr ::1'],
  ['tcp dport 22 reject with icmpv6 type port-unreachable'],
  ['meta l4proto { tcp, udp } redirect to :80'],
  ['tcp dport != 80 redirect to :80'],
  ['dnat ip addr . port to meta l4proto . th dport map { tcp . 80 : 10.0.0.1 . 80 }'],
  ['dnat ip to 10.0.0.1'],
];

function read(rule: string, family: string): void {
  const text = `table ${family} t {\n chain c {\n  ${rule}\n }\n}\n`;
  parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]);
}

function inFamilies(lines: readonly Line[]): readonly (readonly [string, string])[] {
  return lines.map(([rule, family = 'inet']) => [rule, family]);
}

describe('tests that contradict each other, and such as only look so, are read', () => {
  test.each(inFamilies([...CONTRADICTORY, ...LOADED]))('%s in %s', (rule, family) => {
    expect(() => {
      read(rule, family);
    }).not.toThrow();
  });
});

describe('a rule whose tests contradict each other never matches', () => {
  test.each([
    'tcp dport 102 udp dport 102',
    'udp dport 102 tcp dport 102',
    'meta l4proto udp tcp dport 102',
    'ip saddr 10.0.0.0/8 ip6 saddr ::/0',
    'tcp dport . udp dport { 102 . 102 }',
    'icmpv6 type echo-request ip saddr 10.0.0.0/8',
  ])('%s', (tests) => {
    const chain = (rule: string): string =>
      `table inet t {\n chain i {\n  type filter hook input priority 0; policy accept;\n  ${rule}\n }\n}\n`;
    expect(resultOf(chain(`${tests} drop`))).toBe('allowed');
  });
});

describe('a field or key whose name is mistyped', () => {
  test.each([
    ['tcp dprot 22', 'dport'],
    ['udp sprt 53', 'sport'],
    ['ip sadr 10.0.0.1', 'saddr'],
    ['meta l4prot tcp', 'l4proto'],
    ['ct staet new', 'state'],
    ['ct original proto-dts 102', 'proto-dst'],
  ])('%s', (rule, field) => {
    expect(() => {
      read(rule, 'inet');
    }).toThrow(`did you mean ${field}?`);
  });
});

describe('parts of a later nft are unknown, not taken for what they look like', () => {
  test.each([
    { tunnel: 'vxlan', protocol: 'tcp', field: 'dport' },
    { tunnel: 'gre', protocol: 'ip', field: 'saddr' },
  ])('$tunnel in JSON', (payload) => {
    const match = { op: '==', left: { payload }, right: 22 };
    expect(matchesOf([{ match }])).toEqual([expect.objectContaining({ kind: 'unknown' })]);
  });

  test('an extension header in JSON', () => {
    const match = { op: '==', left: { exthdr: { name: 'marks' } }, right: false };
    expect(matchesOf([{ match }])).toEqual([expect.objectContaining({ kind: 'unknown' })]);
  });

  test.each(['vxlan ip saddr 10.0.0.1', 'gre tcp dport 22', 'geneve udp dport { 5, 6 }'])('%s', (rule) => {
    expect(matchesOf([rule])).toEqual([expect.objectContaining({ kind: 'unknown', text: rule })]);
  });
});

/** The tests of a rule of JSON; what is text is read as nft's language. */
function matchesOf(expr: readonly unknown[]): unknown {
  const place = { family: 'inet', table: 't' };
  const text = JSON.stringify({
    nftables: [
      { table: { family: 'inet', name: 't' } },
      { chain: { ...place, name: 'c' } },
      { rule: { ...place, chain: 'c', expr } },
    ],
  });
  const [ruleset] = parseRulesets([{ text, file: 'x.json', dialect: 'nft-json' }]);
  return ruleset?.tables[0]?.chains.get('c')?.rules[0]?.matches;
}
