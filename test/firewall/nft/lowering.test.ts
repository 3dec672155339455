import { describe, expect, test } from 'vitest';
import {
  NO_EXTENSIONS,
  NO_FRAGMENTS,
  NO_OPTIONS,
  USUAL_SEGMENT_SIZE,
  type Assumption,
} from '../../../src/firewall/model/assumptions.ts';
import type { Effect } from '../../../src/firewall/model/action.ts';
import {
  anyBit,
  ARP,
  equals,
  negate,
  numberIn,
  unknown,
  type Match,
} from '../../../src/firewall/model/match.ts';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import type { Rule, TableFamily } from '../../../src/firewall/model/ruleset.ts';

/** The meaning of one rule in a table that also holds `more`. */
function ruleOf(rule: string, family: TableFamily = 'inet', more = ''): Rule {
  const ruleset = parseNftText(
    `table ${family} t {\n${more}\nchain other { }\nchain c {\n${rule}\n}\n}`,
    'x.nft',
  );
  return ruleset.tables[0]!.chains.get('c')!.rules[0]!;
}

const TCP = equals('protocol', 6);
const IPV4 = equals('family', 4);
const IPV6 = equals('family', 6);
const TRACKED = anyBit('ct-state', 8 | 2 | 4);
const assumed = (assumption: Assumption, holds: boolean) => ({ kind: 'assumed', holds, assumption }) as const;
const SYN = anyBit('tcp-flags', 2);
const WHOLE = assumed(NO_FRAGMENTS, true);
const NO_HEADERS = assumed(NO_EXTENSIONS, true);
/** It is TCP, or an extension header comes first. */
const FIRST_HEADER: Match = {
  kind: 'any',
  of: [{ kind: 'all', of: [NO_HEADERS, TCP] }, assumed(NO_EXTENSIONS, false)],
};
const source = (family: 4 | 6, ...set: readonly (number | bigint)[]): Match => ({
  kind: 'address',
  field: 'source',
  family,
  in: set,
});
const flags = (value: number, mask?: number) => equals('tcp-flags', value, mask);
const TEN = 10 * 2 ** 24;

describe('what a test means', () => {
  test.each<[string, readonly Match[]]>([
    ['ct state established,related', [anyBit('ct-state', 6)]],
    ['ct state { established, related }', [numberIn('ct-state', [2, 3, 4, 5])]],
    ['ct state != new,established', [negate(equals('ct-state', 10))]],
    ['ct state ! new', [equals('ct-state', 0, 8)]],
    ['tcp flags syn', [TCP, WHOLE, anyBit('tcp-flags', 2)]],
    ['tcp flags == syn', [TCP, WHOLE, flags(2)]],
    ['tcp flags != syn', [TCP, WHOLE, negate(flags(2))]],
    ['tcp flags ! syn', [TCP, WHOLE, flags(0, 2)]],
    ['tcp flags syn,ack', [TCP, WHOLE, anyBit('tcp-flags', 18)]],
    ['tcp flags { syn, ack }', [TCP, WHOLE, numberIn('tcp-flags', [2, 3, 16, 17])]],
    ['tcp flags & (fin|syn) == syn', [TCP, WHOLE, flags(2, 3)]],
    ['tcp flags & (fin | syn) syn', [TCP, WHOLE, flags(2, 3)]],
    ['tcp flags syn / fin,syn', [TCP, WHOLE, flags(2, 3)]],
    ['tcp flags 0x2 / 0x1,0x2', [TCP, WHOLE, flags(2, 3)]],
    ['tcp flags 0x1,0x2 / 0x1, 0x2,0x4', [TCP, WHOLE, flags(3, 7)]],
    ['tcp flags != 0x2 / 0x1,0x2', [TCP, WHOLE, negate(flags(2, 3))]],
    // Without a comma it is the length of a prefix, as nft reads it.
    ['tcp flags 0x0 / 0x2', [TCP, WHOLE, numberIn('tcp-flags', [0, 64])]],
    ['tcp flags != syn / fin,syn', [TCP, WHOLE, negate(flags(2, 3))]],
    ['ct direction original', [TRACKED, equals('ct-direction', 0)]],
    ['ct mark & 0xff == 0x12', [TRACKED, equals('ct-mark', 0x12, 0xff)]],
    ['meta mark and 0xff or 0x10 == 0x12', [equals('mark', 2, 0xef)]],
    ['meta mark & 0xffffff00 == 0x100', [numberIn('mark', [256, 512])]],
    ['meta mark & 0xff00 == 0x12', [equals('mark', 0x12, 0xff00)]],
    ['iifname "eth*"', [{ kind: 'interface', field: 'in-interface', in: ['eth*'] }]],
    ['iif 1', [{ kind: 'interface', field: 'in-interface', in: ['lo'] }]],
    ['ip protocol tcp', [IPV4, TCP]],
    ['ip6 nexthdr tcp', [IPV6, FIRST_HEADER]],
    ['ip6 nexthdr != tcp', [IPV6, negate(FIRST_HEADER)]],
    ['exthdr frag missing', [IPV6, NO_HEADERS]],
    ['ip hdrlength != 5', [IPV4, negate(assumed(NO_OPTIONS, true))]],
    ['tcp option maxseg size 1-535', [TCP, SYN, assumed(USUAL_SEGMENT_SIZE, false)]],
    ['tcp option maxseg size >= 536', [TCP, SYN, assumed(USUAL_SEGMENT_SIZE, true)]],
    ['ip saddr != 10.0.0.0/8', [IPV4, negate(source(4, TEN, TEN + 2 ** 24))]],
    ['ip saddr 10.1.2.3/8', [IPV4, source(4, TEN, TEN + 2 ** 24)]],
    [
      'ip saddr & 255.0.255.0 == 10.0.1.0',
      [
        IPV4,
        source(
          4,
          ...Array.from({ length: 256 }, (_, i) => [TEN + i * 65536 + 256, TEN + i * 65536 + 512]).flat(),
        ),
      ],
    ],
    ['ip6 saddr ::ffff:1.2.3.4', [IPV6, source(6, 0xffff01020304n, 0xffff01020305n)]],
    ['tcp dport 022', [TCP, equals('destination-port', 18)]],
    ['tcp dport > 1023', [TCP, numberIn('destination-port', [1024, 2 ** 32])]],
    ['th dport 53', [equals('destination-port', 53)]],
    ['@th,16,16 53', [equals('destination-port', 53)]],
    ['meta nfproto ipv6', [IPV6]],
    ['meta protocol arp', [equals('family', ARP)]],
    ['ip frag-off & 0x1fff != 0', [IPV4, negate(assumed(NO_FRAGMENTS, true))]],
  ])('%s', (text, matches) => {
    expect(ruleOf(text).matches).toEqual(matches);
  });

  test('a table of one family needs no test of the family', () => {
    expect(ruleOf('ip saddr 10.0.0.1', 'ip').matches).toEqual([source(4, TEN + 1, TEN + 2)]);
    expect(ruleOf('ip6 saddr ::1', 'ip6').matches).toEqual([source(6, 1n, 2n)]);
  });

  test('one flag in braces is read differently by versions of nft: surely only where both agree', () => {
    const [, , match] = ruleOf('tcp flags { syn }').matches;
    expect(match).toMatchObject({
      kind: 'any',
      of: [flags(2), { kind: 'all', of: [anyBit('tcp-flags', 2), { kind: 'unknown' }] }],
    });
  });

  test('`ct state == established,related` is listed as `established | related`: surely only where both readings agree', () => {
    expect(ruleOf('ct state established | related').matches).toMatchObject([
      {
        kind: 'any',
        of: [equals('ct-state', 6), { kind: 'all', of: [anyBit('ct-state', 6), { kind: 'unknown' }] }],
      },
    ]);
    expect(ruleOf('ct state != established | related').matches).toEqual([negate(equals('ct-state', 6))]);
  });

  test('counters and comments wrap elements, and what has a timeout may be gone', () => {
    const set =
      'set s { type ipv4_addr; flags timeout; elements = { 10.0.0.1 timeout 1h expires 59m1s, 10.0.0.3 counter packets 1 bytes 2 comment "x" } }';
    expect(ruleOf('ip saddr @s', 'inet', set).matches).toEqual([
      IPV4,
      {
        kind: 'any',
        of: [
          source(4, TEN + 3, TEN + 4),
          {
            kind: 'all',
            of: [
              source(4, TEN + 1, TEN + 2),
              unknown(
                'set s',
                { code: 'expiring-elements' },
                { isEither: true, list: 'set s' },
                { shared: 'inet t set s' },
              ),
            ],
          },
        ],
      },
    ]);
  });

  test('intervals within concatenations', () => {
    const set =
      'set s { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/8 . 22-25, 11.0.0.1 . 22-25, 12.0.0.1 . 80 } }';
    expect(ruleOf('ip saddr . tcp dport @s', 'inet', set).matches).toEqual([
      IPV4,
      TCP,
      {
        kind: 'any',
        of: [
          {
            kind: 'all',
            of: [
              source(4, TEN, TEN + 2 ** 24, 11 * 2 ** 24 + 1, 11 * 2 ** 24 + 2),
              numberIn('destination-port', [22, 26]),
            ],
          },
          {
            kind: 'all',
            of: [source(4, 12 * 2 ** 24 + 1, 12 * 2 ** 24 + 2), equals('destination-port', 80)],
          },
        ],
      },
    ]);
  });

  test.each([
    'add @s { ip saddr }',
    'delete@s{ ip saddr }',
    'update \\\n @s { ip saddr timeout 1m }',
    'set add ip saddr @s',
    'set delete ip saddr @s',
    'set update @nh,96,32 @s',
    'set update \\\n ip saddr \\\n @s',
  ])('a set that rules change is unknown: %s', (update) => {
    const more = `set s { type ipv4_addr; elements = { 10.0.0.1 } }\nchain d { ${update}; }`;
    const match = ruleOf('ip saddr @s', 'ip', more).matches.at(-1);
    const perhaps = match?.kind === 'any' ? match.of.at(-1) : match;
    expect(perhaps).toMatchObject({ kind: 'unknown', reason: { code: 'changing-set' } });
  });

  test('a set that rules might change, as its flag says, and none does, is what the file lists', () => {
    const more = 'set s { type ipv4_addr; flags dynamic; elements = { 10.0.0.1 } }';
    expect(ruleOf('ip saddr @s', 'ip', more).matches).toEqual([source(4, TEN + 1, TEN + 2)]);
  });

  test.each([
    [
      'a set with a limit',
      'ip saddr @s',
      'set s { type ipv4_addr; limit rate 1/second; elements = { 10.0.0.1 } }',
    ],
    ['a set that is not there', 'ip saddr @s', ''],
    ['a service that is not known', 'tcp dport no-such-service', ''],
    ['a host name', 'ip saddr gateway.example', ''],
    ['a rate', 'limit rate 5/second', ''],
  ])('%s is unknown', (_, rule, more) => {
    expect(ruleOf(rule, 'inet', more).matches.at(-1)).toMatchObject({ kind: 'unknown' });
  });
});

describe('what a rule does', () => {
  test.each<[string, readonly Effect[]]>([
    ['accept', [{ kind: 'accept' }]],
    ['jump other', [{ kind: 'jump', chain: 'other' }]],
    ['reject with icmpx admin-prohibited', [{ kind: 'reject', with: 'icmpx admin-prohibited' }]],
    [
      'meta mark set mark and 0xff or 3',
      [{ kind: 'assign', field: 'mark', value: { from: 'mark', and: 0xfc, xor: 3 } }],
    ],
    [
      'ct mark set meta mark',
      [{ kind: 'assign', field: 'ct-mark', value: { from: 'mark', and: 0xffffffff, xor: 0 } }],
    ],
    [
      'meta mark set 5 accept',
      [{ kind: 'assign', field: 'mark', value: { from: 'mark', and: 0, xor: 5 } }, { kind: 'accept' }],
    ],
    [
      'meta mark set 5 ip saddr 10.0.0.1 drop',
      [
        { kind: 'assign', field: 'mark', value: { from: 'mark', and: 0, xor: 5 } },
        { kind: 'only-if', matches: [IPV4, source(4, TEN + 1, TEN + 2)] },
        { kind: 'drop' },
      ],
    ],
    [
      '@nh,128,32 set 0x0a000001',
      [{ kind: 'unknown', text: '@nh,128,32 set 0x0a000001', reason: { code: 'rewrites-packet' } }],
    ],
    ['notrack', [{ kind: 'untrack' }]],
    ['masquerade', [{ kind: 'snat', family: null, to: null }]],
    [
      'snat ip6 to fd00::1',
      [{ kind: 'snat', family: 6, to: [(0xfd00n << 112n) | 1n, (0xfd00n << 112n) + 2n] }],
    ],
    ['tcp dport 80 redirect to :8080-8090', [{ kind: 'redirect', ports: [8080, 8091] }]],
    [
      'meta l4proto tcp dnat ip to 10.0.0.1-10.0.0.3:80',
      [{ kind: 'dnat', family: 4, to: [TEN + 1, TEN + 4], ports: [80, 81] }],
    ],
    [
      'dnat ip daddr map { 10.0.0.1 : 10.0.0.2 }',
      [
        {
          kind: 'choose',
          cases: [
            {
              match: { kind: 'address', field: 'destination', family: 4, in: [TEN + 1, TEN + 2] },
              effects: [{ kind: 'dnat', family: 4, to: [TEN + 2, TEN + 3], ports: null }],
            },
          ],
        },
      ],
    ],
    [
      'dnat to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }',
      [{ kind: 'dnat', family: 4, to: [TEN + 1, TEN + 3], ports: null }],
    ],
    [
      'tcp dport vmap { 22 : accept, 23 : accept, 80 : jump other }',
      [
        {
          kind: 'choose',
          cases: [
            { match: numberIn('destination-port', [22, 24]), effects: [{ kind: 'accept' }] },
            { match: equals('destination-port', 80), effects: [{ kind: 'jump', chain: 'other' }] },
          ],
        },
      ],
    ],
    [
      'tcp dport vmap { 22 : accept, * : drop }',
      [
        {
          kind: 'choose',
          cases: [
            { match: equals('destination-port', 22), effects: [{ kind: 'accept' }] },
            { match: negate(equals('destination-port', 22)), effects: [{ kind: 'drop' }] },
          ],
        },
      ],
    ],
    [
      'some new statement { of nft }',
      [{ kind: 'unknown', text: 'some new statement { of nft }', reason: { code: 'unsupported' } }],
    ],
    ['jump nowhere', [{ kind: 'unknown', text: 'jump nowhere', reason: { code: 'no-such-chain' } }]],
  ])('%s', (text, effects) => {
    expect(ruleOf(text).effects).toEqual(effects);
  });

  test('a reject of one family or protocol implies it, though a listing does not say so', () => {
    expect(ruleOf('reject with tcp reset').matches).toEqual([
      TCP,
      expect.objectContaining({ kind: 'unknown' }),
    ]);
    expect(ruleOf('reject with icmp port-unreachable').matches).toEqual([IPV4]);
    expect(ruleOf('reject with icmpv6 no-route').matches).toEqual([IPV6]);
    expect(ruleOf('reject').matches).toEqual([]);
  });

  test('a rule is shown on one line and without remarks', () => {
    const spread = 'tcp dport {\n\t22, # ssh\n\t80\n} \\\n  accept comment "a  # b" # remark';
    expect(ruleOf(spread).text).toBe('tcp dport { 22, 80 } accept comment "a  # b"');
    expect(ruleOf('accept # remark').text).toBe('accept');
  });

  test('addresses in ARP are named in two words', () => {
    const rule = ruleOf('arp saddr ether 02:00:00:00:00:01 arp daddr ip 10.0.0.1 drop', 'netdev');
    expect(rule.effects).toEqual([{ kind: 'drop' }]);
  });

  test('a chain written in place is a chain of the table', () => {
    const [table] = parseNftText(
      'table inet t { chain c { ip saddr 10.0.0.1 jump { tcp dport 22 accept; drop; }\n } }',
      'x',
    ).tables;
    expect(table!.chains.get('c')!.rules[0]!.effects).toEqual([{ kind: 'jump', chain: '__chain0' }]);
    expect(table!.chains.get('__chain0')!.rules.map(({ text }) => text)).toEqual([
      'tcp dport 22 accept',
      'drop',
    ]);
  });
});
