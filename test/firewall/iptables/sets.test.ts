import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { formatPrefix, parsePrefix, type Prefix } from '../../../src/net/prefix.ts';

// `-m set`: what the real ipset saved and the real iptables looks into. test/kernel/ipset.test.ts holds the same rules
// against the kernel.

const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

interface Port {
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
}

/** Who gets to a port, and who may: `+` surely, `?` perhaps. */
function admitted(texts: readonly string[], from: string, { transport, port }: Port): string {
  const machine = firewall(
    parseRulesets(texts.map((text, index) => ({ text, file: String(index), dialect: null }))),
  );
  const destination = parseAddress(from.includes(':') ? 'fd00:20::11' : '10.20.0.11', 'to');
  const question = flowQuestion({
    sources: [parsePrefix(from, 'from')],
    destination,
    transport,
    port,
    interface: 'eth0',
  });
  const { allowedFrom, undecidedFrom } = evaluate(machine, question);
  const list = (sign: string, prefixes: readonly Prefix[]): readonly string[] =>
    prefixes.map((prefix) => sign + formatPrefix(prefix));
  return [...list('+', allowedFrom), ...list('?', undecidedFrom)].join(' ');
}

/** The rule with that comment, as a port. */
function portOf(rules: string, comment: string): Port {
  const rule = new RegExp(`-p (tcp|udp) .*--dport (\\d+) .*--comment "?${comment}"? -j`).exec(rules)!;
  return { transport: rule[1] as Port['transport'], port: Number(rule[2]) };
}

describe('IPv4', () => {
  const rules = fixture('sets.iptables-save');
  const sets = fixture('sets.ipset');

  test.each<[string, string, string]>([
    ['hash:ip', '10.30.0.0/29', '+10.30.0.5'],
    ['hash:ip, negated', '10.30.0.4/31', '+10.30.0.4'],
    ['hash:ip netmask', '10.30.0.0/16', '+10.30.66.0/24'],
    ['hash:net with an exception', '10.30.66.0/28', '+10.30.66.7'],
    ['hash:net with an exception', '10.30.67.0/24', '+10.30.67.0/24'],
    ['hash:net with an exception', '10.40.0.0/16', ''],
    ['hash:ip,port of udp', '10.0.0.0/8', '+10.40.0.1'],
    ['hash:ip,port of tcp', '10.0.0.0/8', '+10.30.0.5'],
    ['hash:ip,port, both of the destination', '10.40.0.0/16', '+10.40.0.0/16'],
    ['hash:net,port with an exception', '10.30.66.0/23', '+10.30.66.7 +10.30.67.0/24'],
    ['hash:net,port of a range', '10.0.0.0/8', '+10.40.0.0/16'],
    ['hash:ip,port,ip', '10.0.0.0/8', '+10.30.0.5'],
    ['hash:ip,port,net', '10.30.66.0/23', '+10.30.67.0/24'],
    ['hash:ip,port netmask', '10.0.0.0/8', '+10.30.66.0/24'],
    // The kernel stops at the narrowest network that holds the address, even if its interface is another.
    ['hash:net,iface', '10.30.66.0/23', '+10.30.67.0/24'],
    ['hash:net,iface', '10.40.0.0/16', '+10.40.0.0/16'],
    ['hash:net,iface', '10.20.8.0/23', '+10.20.9.0/24'],
    ['hash:net,iface', '10.66.0.0/16', ''],
    ['hash:net,iface, the way out', '10.0.0.0/8', ''],
    ['bitmap:ip', '10.0.0.0/8', '+10.30.0.4/31 +10.30.0.6'],
    ['bitmap:ip netmask', '10.0.0.0/8', '+10.30.66.0/29'],
    ['bitmap:ip,mac', '10.0.0.0/8', '?10.30.0.5 ?10.30.0.6'],
    ['bitmap:port', '10.0.0.0/8', '+10.0.0.0/8'],
    ['bitmap:port, negated', '10.0.0.0/8', ''],
    ['bitmap:port, another port', '10.0.0.0/8', ''],
    ['timeout', '10.0.0.0/8', '+10.40.0.1 ?10.30.0.5'],
    ['words of comments', '10.0.0.0/8', '+10.30.0.5 +10.40.0.1'],
    ['list:set', '10.30.66.0/28', '+10.30.66.7'],
    ['list:set', '10.30.0.5', '+10.30.0.5'],
    ['list:set, negated', '10.30.66.6/31', '+10.30.66.6'],
    ['list:set, timeout', '10.0.0.0/8', '?10.30.0.5'],
    ['list:set of both families', '10.0.0.0/8', '+10.30.0.5'],
    ['hash:ip bitmask', '10.30.0.0/31', '?10.30.0.0/31'],
    ['nothing in it', '10.0.0.0/8', ''],
    ['too few directions, negated', '10.0.0.0/8', '+10.0.0.0/8'],
    ['more directions than dimensions', '10.0.0.0/8', '+10.30.0.5'],
    ['return-nomatch', '10.30.66.0/31', '?10.30.66.0/31'],
    ['counters', '10.0.0.0/8', '?10.30.0.5 ?10.40.0.1'],
    ['hash:net of the destination', '10.0.0.0/8', ''],
  ])('%s, from %s', (comment, from, expected) => {
    expect(admitted([rules, sets], from, portOf(rules, comment))).toBe(expected);
  });
});

describe('IPv6', () => {
  const rules = fixture('sets.ip6tables-save');
  const sets = fixture('sets.ipset');

  test.each<[string, string, string]>([
    ['hash:ip', 'fd00:30::/64', '+fd00:30::5'],
    ['hash:ip, negated', 'fd00:30::4/127', '+fd00:30::4'],
    ['hash:ip netmask', 'fd00::/16', '+fd00:40::/48'],
    ['hash:net with an exception', 'fd00:30::66:4/126', '+fd00:30::66:7'],
    ['hash:net with an exception', 'fd00:30:0:1::/64', '+fd00:30:0:1::/64'],
    ['hash:net,port with an exception', 'fd00:30::66:0/111', '+fd00:30::67:0/112'],
    ['hash:ip,port,net', 'fd00::/16', '+fd00:30::/48'],
    ['hash:net,iface', 'fd00::/16', '+fd00:30::/64'],
    // No address in it, so it serves both families.
    ['bitmap:port', 'fd00::/16', '+fd00::/16'],
    ['timeout', 'fd00::/16', '?fd00:30::5'],
    ['list:set of the other family', 'fd00::/16', ''],
    ['list:set of both families', 'fd00:30::4/127', '+fd00:30::5'],
  ])('%s, from %s', (comment, from, expected) => {
    expect(admitted([rules, sets], from, portOf(rules, comment))).toBe(expected);
  });
});

describe('types the captures do not have', () => {
  const sets = fixture('sets-by-hand.ipset');
  const rules = (match: string): string =>
    `*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp -m udp --dport 30000 -m set ${match} -j ACCEPT\nCOMMIT\n`;
  const port = { transport: 'udp', port: 30000 } as const;

  test.each<[string, string, string]>([
    // The first network decides before the second: of equal first ones the longer second.
    ['--match-set net-net src,dst', '10.30.66.8/31', '+10.30.66.8'],
    ['--match-set net-net src,dst', '10.30.67.0/24', '+10.30.67.0/24'],
    ['--match-set net-net dst,src', '10.30.0.0/16', ''],
    ['--match-set net-port-net src,dst,dst', '10.30.66.0/24', '+10.30.66.128/25'],
    ['--match-set net-port-net src,dst,dst', '10.30.5.0/24', '+10.30.5.0/24'],
    ['--match-set ip-mark src,src', '10.30.0.0/29', '+10.30.0.5'],
    ['--match-set ip-mark-masked src,src', '10.30.0.5', '?10.30.0.5'],
    ['--match-set mac src', '10.30.0.5', '?10.30.0.5'],
    ['--match-set ip-mac src,src', '10.30.0.0/29', '?10.30.0.5'],
    ['--match-set networks-masked src,dst', '10.30.0.5', '?10.30.0.5'],
    ['--match-set bridged src,src', '10.30.66.0/23', '+10.30.67.0/24 ?10.30.66.0/24'],
    ['--match-set new-option src', '10.30.0.5', '?10.30.0.5'],
    ['--match-set new-element-option src', '10.30.0.5', '?10.30.0.5'],
    ['--match-set not-given src', '10.30.0.5', '?10.30.0.5'],
    ['! --match-set not-given src', '10.30.0.5', '?10.30.0.5'],
  ])('%s, from %s', (match, from, expected) => {
    expect(admitted([rules(match), sets], from, port)).toBe(expected);
  });

  test.each([
    ['--add-set', '10.30.0.5', '+10.30.0.5'],
    ['--add-set', '10.30.0.6', '?10.30.0.6'],
    ['--del-set', '10.30.0.5', '?10.30.0.5'],
  ])('rules that change a set: %s, %s', (option, from, expected) => {
    const text = rules('--match-set ip-mark src,src').replace(
      '-A INPUT',
      `-A INPUT -j SET ${option} ip-mark src,src\n-A INPUT`,
    );
    expect(admitted([text, sets], from, port)).toBe(expected);
  });
});

describe('what ipset makes of files kept by hand', () => {
  const holds = (made: string, added: string, directions = 'src,src') => {
    const dialect = made.includes('inet6') ? 'ip6tables' : 'iptables';
    const rules = `*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set a ${directions}\nCOMMIT\n`;
    const [ruleset] = parseRulesets([
      { text: `create a ${made}\nadd a ${added}\n`, file: 'x', dialect: 'ipset' },
      { text: rules, file: 'y', dialect },
    ]);
    return ruleset!.tables[0]!.chains.get('INPUT')!.rules[0]!.matches;
  };

  test.each([
    ['hash:ip netmask 24', '10.0.0.77/25', '10.0.0.1'],
    ['hash:ip netmask 24', '10.0.0.0/23', '10.0.0.5-10.0.1.7'],
    ['hash:ip netmask 024', '10.0.0.0', '10.0.15.255'],
    ['hash:ip', '10.0.0.9-10.0.0.1', '10.0.0.1-10.0.0.9'],
    ['hash:ip family inet6 netmask 64', 'fd00::77', 'fd00::/128'],
    ['bitmap:ip range 10.0.0.0/24 netmask 28', '10.0.0.77-10.0.0.90', '10.0.0.64-10.0.0.80'],
    ['hash:net family inet6', 'fd00::/0x40', 'fd00::/64'],
  ])('%s: %s is %s', (made, added, same) => {
    expect(holds(made, added)).toEqual(holds(made, same));
  });

  test('a port alone is of TCP, except in a bitmap', () => {
    expect(holds('hash:ip,port', '10.0.0.1,7-5', 'src,dst')).toEqual(
      holds('hash:ip,port', '10.0.0.1,tcp:5-7', 'src,dst'),
    );
    expect(holds('bitmap:port range 0-9', 'udp:5', 'dst')).toEqual(
      holds('bitmap:port range 0-9', '5', 'dst'),
    );
  });

  test('of several addresses the kernel masks some', () => {
    const [match] = holds('hash:ip,port netmask 24', '10.0.0.5-10.0.0.9,tcp:5', 'src,dst');
    expect(JSON.stringify(match)).toContain('netmask-of-several');
  });

  test.each([
    ['hash:ip family inet6', 'fd00::/64', 'not an address'],
    ['hash:ip family inet6', 'fd00::1-fd00::5', 'not an address'],
    ['hash:net', 'any/0', 'not an address'],
    ['hash:net', '::/0', 'not an address'],
    ['bitmap:port range 0-100', '90-22-', 'not a port'],
    ['hash:net,port', '10.0.0.0/24,1:', 'a protocol without its port'],
    ['hash:net,port', '10.0.0.0/24,tcp:', 'a protocol without its port'],
    ['hash:net', '10.0.0.0/255.0.0.0', 'not a network mask'],
    ['hash:net,iface', '10.0.0.0/8,abcdefghijklmnop', 'an interface name that is too long'],
    ['hash:ip netmask 33', '10.0.0.1', 'not a prefix length'],
    ['hash:ip family inet family inet', '10.0.0.1', 'family is given twice'],
    ['hash:ip\ncreate a hash:ip', '10.0.0.1', 'set "a" is created twice'],
  ])('%s: %s is refused', (made, added, message) => {
    expect(() => holds(made, added)).toThrow(message);
  });

  test('counters have 64 bits', () => {
    expect(() => holds('hash:ip counters', '10.0.0.1 packets 0 bytes 0x100000000')).not.toThrow();
  });

  test('a type of a later version is not known', () => {
    expect(holds('hash:ip,iface', '10.0.0.1,eth0')).toMatchObject([{ kind: 'unknown' }]);
  });
});

describe('what ipset does not save', () => {
  test.each<[string, string]>([
    ['add lost 10.0.0.1', '1:5: set "lost" is not created before'],
    ['create a hash:ip\nflush a', '2:1: not a line of ipset save'],
    ['create a hash:ip,port\nadd a 10.0.0.1', '2:7: an element of "a" has 2 parts'],
    ['create a hash:ip\nadd a 10.0.0.1 comment "open', '2:24: a quoted string does not end'],
  ])('%j', (text, message) => {
    const parse = (): unknown => parseRulesets([{ text, file: 'x.ipset', dialect: 'ipset' }]);
    expect(parse).toThrow(`x.ipset:${message}`);
  });
});

test.each(['', ' timeout 500'])('a set%s of more elements than a call takes arguments', (option) => {
  const added = Array.from(
    { length: 150_000 },
    (_, i) => `add a 10.${i >> 15}.${(i >> 7) & 255}.${(i & 127) * 2}`,
  );
  const rules = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m set --match-set a src -j DROP\nCOMMIT\n';
  const sources = [
    {
      text: `create a hash:ip${option} maxelem 200000\n${added.join('\n')}\n`,
      file: 'a.ipset',
      dialect: 'ipset',
    },
    { text: rules, file: 'x.save', dialect: 'iptables' },
  ] as const;
  expect(() => parseRulesets(sources)).not.toThrow();
});
