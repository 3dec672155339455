import { describe, expect, test } from 'vitest';
import { detectDialect, parseRulesets } from '../../../src/firewall/dialect.ts';

// What tells a file for ip6tables that has no header, and what a family reads in its own way.

const file = (rule: string, table = 'filter'): string => `*${table}\n:INPUT DROP [0:0]\n${rule}\nCOMMIT\n`;

describe('a file without a header', () => {
  test.each([
    '-A INPUT -s fd00::/8 -j ACCEPT',
    '[0:0] -A INPUT ! -d ::1/128 -j ACCEPT',
    '-A INPUT -p ipv6-icmp -j ACCEPT',
    '-A INPUT -m hl --hl-eq 255 -j ACCEPT',
    '-A INPUT -m rt --rt-type 0 -j DROP',
    '-A INPUT -m ipv6header --header frag -j DROP',
    '-A INPUT -j REJECT --reject-with icmp6-adm-prohibited',
    '-A INPUT -m iprange --src-range fd00::1-fd00::9 -j DROP',
    '-A INPUT -j HL --hl-inc 1',
  ])('is for ip6tables: %s', (rule) => {
    expect(detectDialect(file(rule), 'x')).toBe('ip6tables');
  });

  test.each([
    '-A INPUT -s 10.0.0.0/8 -j ACCEPT',
    '-A INPUT -m mac --mac-source 00:11:22:33:44:55 -j ACCEPT',
    '-A INPUT -m comment --comment "-s fd00" -j ACCEPT',
    '# -s fd00::/8',
    '-A INPUT -p tcp --dport 1:2 -m rtx -j HLX',
    '-A INPUT -p tcp --dport 102 -j ACCEPT',
  ])('is for iptables: %s', (rule) => {
    expect(detectDialect(file(rule), 'x')).toBe('iptables');
  });
});

describe('-m addrtype', () => {
  const match = (type: string, dialect: 'iptables' | 'ip6tables'): unknown => {
    const text = file(`-A INPUT -m addrtype --dst-type ${type} -j ACCEPT`);
    const [ruleset] = parseRulesets([{ text, file: 'x', dialect }]);
    return ruleset!.tables[0]!.chains.get('INPUT')!.rules[0]!.matches[0];
  };
  const is = (from: number, to = from + 1) => ({ kind: 'number', field: 'destination-type', in: [from, to] });

  test('of IPv4 asks for one of the types', () => {
    expect(match('UNICAST,LOCAL', 'iptables')).toEqual({ kind: 'any', of: [is(1), is(2)] });
  });

  test('of IPv6 asks for all of them, and the machine’s own addresses are unicast, too', () => {
    expect(match('UNICAST', 'ip6tables')).toEqual({ kind: 'all', of: [is(1, 3)] });
    expect(match('UNICAST,LOCAL', 'ip6tables')).toEqual({ kind: 'all', of: [is(1, 3), is(2)] });
    expect(match('MULTICAST', 'ip6tables')).toEqual({ kind: 'all', of: [is(5)] });
  });

  test('of IPv6 leaves the other types unknown', () => {
    expect(match('ANYCAST', 'ip6tables')).toMatchObject({ kind: 'unknown' });
    expect(match('LOCAL,BLACKHOLE', 'ip6tables')).toMatchObject({ kind: 'unknown' });
  });
});

describe('-j CT', () => {
  const effects = (...rules: readonly string[]): readonly unknown[] => {
    const text = `*raw\n:PREROUTING ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
    const [ruleset] = parseRulesets([{ text, file: 'x', dialect: 'iptables' }]);
    return ruleset!.tables[0]!.chains.get('PREROUTING')!.rules.flatMap((rule) => rule.effects);
  };
  const helper = '-A PREROUTING -p tcp --dport 21 -j CT --helper ftp';

  test('with a helper changes nothing', () => {
    expect(effects(helper)).toEqual([{ kind: 'continue' }]);
  });

  test('with a helper keeps a later rule from untracking, so where there is one it is unknown', () => {
    expect(effects(helper, '-A PREROUTING -p udp -j NOTRACK')).toMatchObject([
      { kind: 'unknown', text: '-j CT' },
      { kind: 'untrack' },
    ]);
  });
});
