import { describe, expect, test } from 'vitest';
import { parseRulesets, type DialectId } from '../../../src/firewall/languages/dialect.ts';
import type { Rule } from '../../../src/firewall/model/ruleset.ts';

// What iptables-restore 1.8.9 loads and refuses, legacy and nft alike: where its answers are not what one would expect.

const CHAINS: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
};

const SETS = 'create four hash:net family inet\ncreate six hash:net family inet6\ncreate any list:set\n';

/** `table: rule`, of table filter when none is given. */
function load(line: string, dialect: DialectId = 'iptables'): Rule {
  const [, table = 'filter', rule = ''] = /^(?:(\w+): )?(.*)$/.exec(line)!;
  const chains = CHAINS[table]!.map((chain) => `:${chain} ACCEPT [0:0]\n`).join('');
  const text = `*${table}\n${chains}:own - [0:0]\n${rule}\nCOMMIT\n`;
  const [ruleset] = parseRulesets([
    { text: SETS, file: 'sets', dialect: 'ipset' },
    { text, file: 'x', dialect },
  ]);
  return [...ruleset!.tables[0]!.chains.values()].flatMap(({ rules }) => rules)[0]!;
}

const what = ({ matches, effects }: Rule): unknown => ({ matches, effects });

test.each([
  ['-A INPUT -m multport --dports 80 -j ACCEPT', 'unknown-match-module', 'multiport'],
  ['-A INPUT -m of_a_later_version -j ACCEPT', 'unknown-match-module', null],
  ['-A INPUT -p tcp -j ACEPT', 'no-such-chain-or-target', 'ACCEPT'],
  ['-A INPUT -p tcp -j onw', 'no-such-chain-or-target', 'own'],
  ['-A INPUT -p tcp -j OF_A_LATER_VERSION', 'no-such-chain-or-target', null],
])(
  'an unknown module or target is unknown to the answer, too, with the nearest name: %s',
  (line, code, nearest) => {
    const { matches, effects } = load(line);
    expect([...matches, ...effects]).toContainEqual(expect.objectContaining({ reason: { code, nearest } }));
  },
);

describe('an option has one meaning', () => {
  test.each([
    ['-A INPUT -p tcp --dport=80', '-A INPUT -p tcp --dport 80'],
    ['-A INPUT -p tcp --dpor 80', '-A INPUT -p tcp --dport 80'],
    ['-A INPUT -p tcp --tcp-flags=SYN,,ACK SYN', '-A INPUT -p tcp --tcp-flags SYN,ACK SYN'],
    ['-A INPUT --match=tcp -p tcp', '-A INPUT -m tcp -p tcp'],
    ['-A INPUT --prot tcp --ds 10.0.0.1', '-A INPUT -p tcp -d 10.0.0.1'],
    ['-A INPUT -p tcp -m multiport --dport 80,443', '-A INPUT -p tcp -m multiport --dports 80,443'],
    ['-A INPUT -v -c 5,300 --g own', '-A INPUT -c 5 300 -g own'],
    ['-A INPUT ! -4 -j ACCEPT', '-A INPUT -j ACCEPT'],
    ['-A INPUT -m comment --comment "!" -j ACCEPT', '-A INPUT -j ACCEPT'],
    ['-A INPUT -m set --set four src,dst', '-A INPUT -m set --match-set four srcfoo,dst'],
    ['-A INPUT -m pkttype --pkt-type HOST', '-A INPUT -m pkttype --pkt-type unicast'],
    ['-A INPUT -p ip', '-A INPUT -p all'],
    ['nat: -A OUTPUT -p tcp -j REDIRECT --to-ports http', 'nat: -A OUTPUT -p tcp -j REDIRECT --to-ports 80'],
    [
      'nat: -A OUTPUT -p tcp -j DNAT --to-destination 10.0.0.1:http',
      'nat: -A OUTPUT -p tcp -j DNAT --to-destination 10.0.0.1:0x50',
    ],
  ])('%s is %s', (line, other) => {
    expect(what(load(line))).toEqual(what(load(other)));
  });
});

describe('a quote', () => {
  test('ends its word where it ends', () => {
    const rule = load('-A INPUT -m comment --comment "a \\"b\\" c"-j ACCEPT');
    expect(what(rule)).toEqual(what(load('-A INPUT -j ACCEPT')));
    expect(() => load('-A INPUT -j AC"CE"PT')).toThrow('unexpected token (got "PT")');
    expect(what(load('-A INPUT -j AC"CEPT"'))).toEqual(what(load('-A INPUT -j ACCEPT')));
  });

  test('of ipset has nothing behind a backslash, and the word goes on', () => {
    const text = 'create s hash:ip comment\nadd s 10.0.0.1 comment "a\\"\nadd s 10.0.0."2" comment a"b c"d\n';
    const rules = '*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set s src\nCOMMIT\n';
    const [ruleset] = parseRulesets([
      { text, file: 's', dialect: 'ipset' },
      { text: rules, file: 'x', dialect: 'iptables' },
    ]);
    expect(ruleset!.tables[0]!.chains.get('INPUT')!.rules[0]!.matches).toMatchObject([
      { kind: 'address', in: [0x0a000001, 0x0a000003] },
    ]);
  });
});

describe('what no packet is', () => {
  test.each([
    '-A INPUT -m iprange --src-range 10.0.0.9-10.0.0.1',
    '-A INPUT -p udp --dport 9:1',
    '-A INPUT -m conntrack --ctorigsrcport 9:1',
  ])('%s', (line) => {
    expect(load(line).matches.at(-1)).toMatchObject({ in: [] });
  });
});

test('the mask behind a mark takes the place of its own', () => {
  const masked = (rule: string): unknown => load(`mangle: -A PREROUTING -j CONNMARK ${rule}`).effects;
  expect(masked('--set-mark 1 --mask 3')).toEqual(masked('--set-xmark 1/3'));
  expect(masked('--set-mark 1 --nfmask 3')).toEqual(masked('--set-xmark 1/0xffffffff'));
  expect(masked('--mask 3 --set-mark 1')).toEqual(masked('--set-xmark 1/0xffffffff'));
  expect(masked('--and-mark 6 --mask 1')).toEqual(masked('--set-xmark 0/1'));
});

test('a mark turned over twice by addresses that overlap is not known', () => {
  const rule = load('mangle: -A PREROUTING -s 10.0.0.0/8,10.0.0.1 -j MARK --xor-mark 1');
  expect(rule.effects).toEqual([{ kind: 'assign', field: 'mark', value: null }]);
});

test('--proto of -m policy is no -p', () => {
  const [match] = load('-A INPUT -m policy --dir in --pol ipsec --proto esp').matches;
  expect(match).toMatchObject({ kind: 'unknown', text: '-m policy --dir in --pol ipsec --proto esp' });
});

describe('refused', () => {
  test.each([
    ['-A INPUT ! -s 10.0.0.1,10.0.0.2', '! with several addresses'],
    ['-A INPUT -p tcp --dprot 22', 'did you mean --dport?'],
    ['-A INPUT -m conntrack --ctsate NEW', 'did you mean --ctstate?'],
    ['-A INPUT -s10.0.0.1', 'unknown option -s10.0.0.1'],
    // The tools load it, and take the whole word for the interface.
    ['-A INPUT -ieth0', 'unknown option -ieth0 (got "-ieth0"); put a space after -i'],
    ['-A INPUT --source=10.0.0.1', 'unknown option --source=10.0.0.1'],
    ['-A INPUT -p tcp --d 80', 'unknown option --d'],
    ['-A INPUT -i ""', 'an interface without a name'],
    ['-A INPUT -i abcdefghijklmnop', 'an interface name that is too long'],
    ['-A INPUT -f -f', '-f is given twice'],
    ['-A INPUT -j own --reject-with x', 'unknown option --reject-with'],
    ['-A INPUT -c x 1', 'not a counter'],
    [`-A INPUT -m comment --comment ${'x'.repeat(1024)}`, ':31: a token is too long'],
    ['-N other more', 'not a line of iptables-save'],
    ['-A INPUT -p tcp --sport 1 --source-port 2', '--source-port beside --sport'],
    ['-A INPUT -p tcp --syn --tcp-flags SYN SYN', '--tcp-flags beside --syn'],
    ['-A INPUT -p tcp ! --dport ! 80', 'two !'],
    ['-A INPUT -p tcp -m multiport --sports 1 --dports 2', '--dports beside --sports'],
    ['-A INPUT -m state --state SNAT', 'not a connection state'],
    ['-A INPUT -m conntrack --ctstate NEW --ctstate NEW', '--ctstate is given twice'],
    ['-A INPUT -m conntrack --ctorigsrc 10.0.0.1,10.0.0.2', 'not an IPv4 address'],
    ['-A INPUT -m conntrack ! --ctdir REPLY', '--ctdir cannot be negated'],
    ['-A INPUT -m recent --set --rcheck', '--rcheck beside --set'],
    ['-A INPUT -m set --match-set four foo', 'not directions of --match-set'],
    ['-A INPUT -m set --match-set four src,', 'not directions of --match-set'],
    ['-A INPUT -m set --match-set six src', 'set six is for IPv6'],
    ['-A INPUT -m set --match-set four src --match-set any src', '--match-set is given twice'],
    ['-A INPUT -m set --match-set four src,dst,src,dst,src,dst,src', 'not directions of --match-set'],
    ['nat: -A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:80/90', 'not ports'],
    ['nat: -A PREROUTING -j DNAT --to-destination 10.0.0.1-10.0.0.9-5', 'not an IPv4 address'],
    ['nat: -A POSTROUTING -p tcp -j MASQUERADE --to-ports x', 'not a port'],
    ['nat: -A PREROUTING -j NETMAP --to host', 'not a network'],
    ['mangle: -A INPUT -j MARK --set-mark 1/2/3', 'not a number in range'],
    ['mangle: -A INPUT -j MARK ! --set-mark 1', '--set-mark cannot be negated'],
    ['mangle: -A INPUT -j TTL --ttl-inc 0', 'not a TTL or hop limit'],
  ])('%s', (line, message) => {
    expect(() => load(line)).toThrow(message);
  });
});
