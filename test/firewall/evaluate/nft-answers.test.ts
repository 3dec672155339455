import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import type { Rule } from '../../../src/firewall/model/ruleset.ts';
import { resultOf } from './result-of.ts';

// Answers the real kernel gave otherwise than this program once did.

describe('a rule meets a packet once, whatever it makes of the mark', () => {
  const marked = (rule: string): string => `table ip t {
    chain first { type filter hook input priority -150; ${rule} ; }
    chain input { type filter hook input priority 0; meta mark 1 drop; }
  }`;

  test.each([
    ['turned over', 'meta mark set meta mark xor 1', 'blocked'],
    ['turned over for some', 'ip saddr 10.0.0.0/8 counter meta mark set meta mark xor 1', 'blocked'],
    ['turned over twice', 'meta mark set meta mark xor 1; meta mark set meta mark xor 1', 'allowed'],
    [
      'turned over where it may be either',
      'limit rate 1/second meta mark set 1; meta mark set meta mark xor 1',
      'undecided',
    ],
  ])('%s', (_, rule, result) => {
    expect(resultOf(marked(rule))).toBe(result);
  });
});

describe('a chain on a device', () => {
  const onDevice = (devices: string): string => `table netdev n {
    chain i { type filter hook ingress ${devices} priority 0; policy drop; }
  }
  table ip t {
    chain input { type filter hook input priority 0; iifname "eth1" accept; }
  }`;

  test.each([
    ['device "eth0"', 'eth0', 'blocked'],
    ['device "eth0"', 'eth1', 'allowed'],
    // Not known by which interface: other rules tell eth1 apart, this chain eth0.
    ['device "eth0"', null, 'undecided'],
    ['device "lo"', null, 'allowed'],
    ['device "eth*"', 'eth0', 'undecided'],
    ['device "eth*"', 'wg0', 'allowed'],
    ['devices = { "eth*", "eth0" }', 'eth0', 'blocked'],
  ])('%s, by %s', (devices, name, result) => {
    expect(resultOf(onDevice(devices), { interface: name })).toBe(result);
  });
});

describe('a table or chain written in several places', () => {
  const hooked = 'type filter hook input priority 0';

  test.each([
    ['keeps its policy', `chain input { ${hooked}; policy drop; }`, `chain input { ${hooked}; }`, 'blocked'],
    ['keeps its hook', `chain input { ${hooked}; policy drop; }`, `chain input { accept; }`, 'allowed'],
    [
      'takes a new policy',
      `chain input { ${hooked}; policy drop; }`,
      `chain input { ${hooked}; policy accept; }`,
      'allowed',
    ],
    ['wakes when named again', `flags dormant; chain input { ${hooked}; policy drop; }`, '', 'blocked'],
    ['sleeps when told to', `chain input { ${hooked}; policy drop; }`, 'flags dormant', 'allowed'],
  ])('%s', (_, first, second, result) => {
    expect(resultOf(`table ip t { ${first} }\ntable ip t { ${second} }\n`)).toBe(result);
  });

  test('wakes when added again', () => {
    const first = `table ip t { flags dormant; chain input { ${hooked}; policy drop; } }`;
    expect(resultOf(`${first}\nadd table ip t\n`)).toBe('blocked');
  });

  test('cannot move', () => {
    const text = `table ip t { chain c { ${hooked}; }; chain c { type filter hook input priority 9; }; }`;
    expect(() => resultOf(text)).toThrow('chain c has another type, hook or priority already');
  });

  test('is not made by emptying it', () => {
    const text = 'table ip t { }\nflush chain ip t c\nadd rule ip t c drop\n';
    expect(() => resultOf(text)).toThrow('no chain "c" in this file');
  });
});

test.each([
  // Answers are looked up in the other zone, where nobody knows the connection.
  ['ct zone set 1', 'undecided'],
  ['ct event set new', 'allowed'],
  ['meta pkttype set other', 'undecided'],
  ['meta priority set 1:2', 'allowed'],
  ['ip checksum set 0', 'undecided'],
  ['ip frag-off set 0x2000', 'undecided'],
  ['tcp dport set 22', 'undecided'],
  ['ip ttl set 1', 'undecided'],
  ['ip ttl set 64', 'allowed'],
  ['ip dscp set cs1', 'allowed'],
  ['@nh,128,32 set 0x0a000005', 'undecided'],
])('%s: %s', (statement, result) => {
  expect(
    resultOf(`table ip t { chain c { type filter hook prerouting priority -300; ${statement} ; } }`),
  ).toBe(result);
});

test('what is hashed has to be there: no IPv4 packet has an IPv6 source', () => {
  const chain = 'type filter hook input priority 0; policy accept;';
  const inInet = (rule: string): string =>
    resultOf(`table inet t { chain input { ${chain} ${rule} drop; } }`);
  expect(inInet('jhash ip6 saddr mod 4 0')).toBe('allowed');
  expect(inInet('jhash ip6 saddr . tcp dport mod 4 0')).toBe('allowed');
  expect(inInet('jhash ip saddr . udp dport mod 4 0')).toBe('allowed');
  expect(inInet('jhash ip saddr . tcp dport mod 4 0')).toBe('undecided');
});

test('a range of IPv6 addresses before ports is read as nft lists it', () => {
  const rule = 'udp dport 103 dnat to [fd78::10-fd78::11]:10100-10104';
  const text = `table ip6 n { chain p { type nat hook prerouting priority dstnat; ${rule}; } }`;
  const [ruleset] = parseRulesets([{ text, file: 'x', dialect: 'nft' }]);
  const [{ effects }] = ruleset!.tables[0]!.chains.get('p')!.rules as [Rule];
  const to = [0xfd78n << 112n, 0xfd78n << 112n].map((network, index) => network + 0x10n + 2n * BigInt(index));
  expect(effects).toEqual([expect.objectContaining({ kind: 'dnat', to, ports: [10100, 10105] })]);
});

describe('whether destination NAT changed a packet', () => {
  const answer = (nat: string): string =>
    resultOf(`table ip t {
      chain p { type nat hook prerouting priority -100; ${nat}; }
      chain i { type filter hook input priority 0; policy drop; ct status dnat accept; }
    }`);

  test.each([
    ['tcp dport 102 redirect to :9999', 'allowed'],
    ['tcp dport 102 redirect to :102', 'undecided'],
    ['tcp dport 102 dnat to :9999', 'allowed'],
    ['tcp dport 102 dnat to 10.0.0.1:102', 'blocked'],
    ['tcp dport 102 dnat to :102-103', 'undecided'],
    ['tcp dport 103 dnat to :9999', 'blocked'],
  ])('%s', (nat, result) => {
    expect(answer(nat)).toBe(result);
  });
});

test('flags of a table that nft 1.0.6 replaces by a name leave open whether it is dormant', () => {
  const listing = (flags: unknown): string =>
    JSON.stringify({
      nftables: [
        { metainfo: {} },
        { table: { family: 'ip', name: 't', handle: 1, flags } },
        {
          chain: {
            ...{ family: 'ip', table: 't', name: 'c', handle: 1, type: 'filter', hook: 'input', prio: 0 },
            policy: 'drop',
          },
        },
      ],
    });
  const result = (flags: unknown): string => {
    const machine = firewall(parseRulesets([{ text: listing(flags), file: 'x.json', dialect: null }]));
    return evaluate(machine, parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', 'input')).result;
  };
  expect(result('t')).toBe('undecided');
  expect(result('dormant')).toBe('allowed');
  expect(result(['owner', 'dormant'])).toBe('allowed');
  expect(result('owner')).toBe('blocked');
});

test('ct protocol may have lost the test for a family that stood before it', () => {
  const ask = (table: string, rule: string): string => {
    const text = `table ${table} t { chain c { type filter hook input priority 0; policy drop; ${rule} accept\n ct state established accept\n }\n }`;
    const machine = firewall(parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]));
    return evaluate(machine, parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', 'input')).result;
  };
  expect(ask('inet', 'ct protocol tcp')).toBe('undecided');
  expect(ask('inet', 'ct protocol udp')).toBe('blocked');
  expect(ask('ip', 'ct protocol tcp')).toBe('allowed');
});

test('an address of the connection that begins with 0 is what nft list makes of a prefix', () => {
  const ask = (rule: string): string => {
    const text = `table inet t { chain c { type filter hook input priority 0; policy drop; ${rule} accept\n ct state established accept\n }\n }`;
    const machine = firewall(parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]));
    return evaluate(machine, parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', 'input')).result;
  };
  expect(ask('ct original ip saddr 0.0.10.30')).toBe('undecided');
  expect(ask('ct original ip saddr != 0.0.10.30')).toBe('undecided');
  expect(ask('ct original ip saddr 0.0.0.0/0')).toBe('allowed');
  expect(ask('ct original ip saddr 10.30.0.0/16')).toBe('allowed');
  expect(ask('ct original ip saddr 10.31.0.0/16')).toBe('blocked');
});

test('reject with tcp reset may have lost the test for a family that stood before it', () => {
  const ask = (table: string, rule: string): string => {
    const text = `table ${table} t { chain c { type filter hook input priority 0; policy accept; ${rule} reject with tcp reset\n }\n }`;
    const machine = firewall(parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]));
    return evaluate(machine, parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', 'input')).result;
  };
  expect(ask('inet', 'tcp dport 102')).toBe('undecided');
  expect(ask('inet', 'meta l4proto tcp')).toBe('undecided');
  expect(ask('inet', 'iifname "eth0" ct state new tcp dport 102')).toBe('undecided');
  expect(ask('inet', 'counter tcp dport 102')).toBe('undecided');
  expect(ask('inet', 'tcp dport 102 counter')).toBe('blocked');
  expect(ask('inet', 'meta nfproto ipv4 tcp dport 102 counter')).toBe('blocked');
  expect(ask('inet', 'ip saddr 10.30.0.0/16 tcp dport 102')).toBe('blocked');
  expect(ask('inet', 'counter ip saddr 10.30.0.0/16 tcp dport 102')).toBe('blocked');
  expect(ask('inet', 'tcp dport 103')).toBe('allowed');
  expect(ask('ip', 'tcp dport 102')).toBe('blocked');
});

test('a kernel without a table lists its version alone, and lets everybody in', () => {
  const text = '{"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}]}';
  expect(resultOf(text)).toBe('allowed');
});

describe('the type of an interface: only lo is a loopback', () => {
  const input = (rule: string): string =>
    `table inet t { chain i { type filter hook input priority 0; policy accept; ${rule}; } }`;

  test.each([
    ['iiftype loopback drop', 'allowed', 'blocked'],
    ['iiftype 0x304 drop', 'allowed', 'blocked'],
    ['iiftype != loopback drop', 'blocked', 'allowed'],
    ['iiftype { loopback, 772 } drop', 'allowed', 'blocked'],
    ['iiftype vmap { loopback : drop }', 'allowed', 'blocked'],
    ['iiftype . tcp dport { loopback . 102 } drop', 'allowed', 'blocked'],
    ['iiftype 768/8 drop', 'undecided', 'blocked'],
    ['iiftype { ether, loopback } drop', 'undecided', 'blocked'],
    ['iiftype ether drop', 'undecided', 'undecided'],
    ['iiftype != ether drop', 'undecided', 'undecided'],
    ['iiftype < loopback drop', 'undecided', 'undecided'],
    ['iiftype & 0xff00 == loopback drop', 'undecided', 'undecided'],
  ])('%s', (rule, elsewhere, onLoopback) => {
    expect(resultOf(input(rule))).toBe(elsewhere);
    expect(resultOf(input(rule), { interface: 'eth0' })).toBe(elsewhere);
    expect(resultOf(input(rule), { interface: 'lo' })).toBe(onLoopback);
  });

  test('on the way out, too', () => {
    const chain = (rule: string): string =>
      `table inet t { chain o { type filter hook output priority 0; policy accept; ${rule}; } }`;
    expect(resultOf(chain('oiftype loopback drop'), { hook: 'output', interface: 'eth0' })).toBe('allowed');
    expect(resultOf(chain('oiftype != loopback drop'), { hook: 'output', interface: 'eth0' })).toBe(
      'blocked',
    );
  });

  test('a packet that has none: the rule ends', () => {
    expect(resultOf(input('oiftype != loopback drop'))).toBe('allowed');
    expect(resultOf(input('oiftype vmap { loopback : accept, * : drop }'))).toBe('allowed');
    expect(resultOf(input('oif != lo drop'))).toBe('blocked');
  });

  test('what no interface has is refused', () => {
    expect(() => resultOf(input('iiftype 70000 drop'))).toThrow('not a value of type iface_type');
  });
});

describe('rules that commands put at a place', () => {
  const placed = (commands: string): string => `table inet t {
    chain i { type filter hook input priority 0; counter; counter; drop; }
  }
  ${commands}
`;

  // As nft 1.0.6 lists the chain afterwards.
  test.each([
    ['insert rule inet t i index 2 accept', 'allowed'],
    ['add rule inet t i index 1 accept', 'allowed'],
    ['add rule inet t i index 2 accept', 'blocked'],
    ['insert rule inet t i accept\n  insert rule inet t i index 0 drop', 'blocked'],
    ['insert rule inet t i index 0 drop\n  insert rule inet t i accept', 'allowed'],
  ])('%s', (commands, result) => {
    expect(resultOf(placed(commands))).toBe(result);
  });

  test('a handle cannot be resolved, and no rule is after the last', () => {
    expect(() => resultOf(placed('add rule inet t i handle 4 accept'))).toThrow(
      'cannot be resolved from a file',
    );
    expect(() => resultOf(placed('insert rule inet t i index 3 accept'))).toThrow('no rule 3 in the chain');
  });
});

describe('a chain of the priority of conntrack', () => {
  const early = (rules: string): string =>
    `table ip t { chain i { type filter hook prerouting priority -200; policy drop; ${rules} } }`;

  // A first packet is new, or has no state yet.
  test.each([
    ['ct state established,related accept', 'blocked'],
    ['ct state established accept', 'blocked'],
    ['ct state new,invalid,established accept', 'allowed'],
    ['ct state { established, related } accept', 'blocked'],
    ['ct state new accept', 'undecided'],
    ['ct state invalid accept', 'undecided'],
    ['ct state vmap { established : accept, related : accept }', 'blocked'],
  ])('%s', (rules, result) => {
    expect(resultOf(early(rules))).toBe(result);
  });
});

describe('variables that double', () => {
  const doubling = (lines: number, join: (name: string) => string): string =>
    [
      'define a0 = { 1, 102 }',
      ...Array.from({ length: lines }, (_, nth) => `define a${nth + 1} = ${join(`$a${nth}`)}`),
      `table ip t { chain i { type filter hook input priority 0; tcp dport $a${lines} drop; } }`,
    ].join('\n');

  test('are read as long as they stand for few values', () => {
    expect(resultOf(doubling(8, (name) => `{ ${name}, ${name} }`))).toBe('blocked');
  });

  test.each([
    ['sets', (name: string): string => `{ ${name}, ${name} }`],
    ['lists', (name: string): string => `${name}, ${name}`],
  ])('are refused before they fill the memory: %s', (_, join) => {
    expect(() => resultOf(doubling(40, join))).toThrow(/variables with more than 5000000 values in all/);
  });

  test('and so are such as nest', () => {
    const lines = Array.from({ length: 5000 }, (_, nth) => `define a${nth + 1} = $a${nth} | 1`);
    const text = ['define a0 = 1', ...lines, 'table ip t { chain i { tcp dport $a5000 drop; } }'].join('\n');
    expect(() => resultOf(text)).toThrow('nested too deeply');
  });
});
