import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// What people write into files for iptables-restore, and iptables-save never does. Each answer is that of both back ends of
// iptables 1.8.9.

function answerOf(commands: string, port: number) {
  const text = `*filter\n${commands}\nCOMMIT\n`;
  const rules = firewall(parseRulesets([{ text, file: 'x', dialect: 'iptables' }]));
  const sources = [parsePrefix('10.0.0.0/8', 'source')];
  const known = { transport: 'tcp', hook: 'input', interface: null, selfAddresses: [] } as const;
  return evaluate(rules, flowQuestion({ ...known, port, sources, destination: null }));
}

const resultOf = (commands: string, port = 22): string => answerOf(commands, port).result;

describe('commands', () => {
  test.each([
    ['policies', '-P INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT', 'blocked'],
    [
      'a policy after the rules',
      ':INPUT ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n--policy INPUT DROP',
      'blocked',
    ],
    ['a table emptied first', '-F\n-X\n-Z\n-P INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT', 'blocked'],
    [
      'chains emptied first',
      ':INPUT DROP\n:OWN -\n-F INPUT\n-F OWN\n-F\n-A INPUT -p tcp --dport 22 -j ACCEPT',
      'blocked',
    ],
    [
      'a chain emptied later',
      ':INPUT ACCEPT\n-A INPUT -j DROP\n-F INPUT\n-A INPUT -p udp -j DROP',
      'allowed',
    ],
    [
      'both families',
      ':INPUT DROP\n-4 -A INPUT -p tcp --dport 22 -j ACCEPT\n-6 -A INPUT -p ipv6-icmp -j ACCEPT',
      'blocked',
    ],
  ])('%s', (_, commands, other) => {
    expect(resultOf(commands)).toBe('allowed');
    expect(resultOf(commands, 102)).toBe(other);
  });

  test.each([
    '-A INPUT -j DROP\n-F',
    ':INPUT DROP\n-X',
    ':INPUT DROP\n-Z',
    '-F NOWHERE',
    '-P OWN DROP',
    '-P INPUT -',
    '-P INPUT DROP [0:0]',
    '-D INPUT 1',
  ])('%s is refused: the back ends refuse it or do not agree', (commands) => {
    expect(() => resultOf(commands)).toThrow(/^x:\d+:\d+: /);
  });
});

const ONE_TABLE = 'iptables has no table except filter (iptables-save -t shows only one)';
const NO_OTHERS =
  'nft has no tables besides those of iptables-nft, iptables-legacy has none (iptables-save shows neither; nft list ruleset and iptables-legacy-save do)';

describe('chains that are not declared', () => {
  test('the policy is assumed, and that is said', () => {
    const { result, assumptions } = answerOf('-A INPUT -p tcp --dport 22 -j DROP', 102);
    expect(result).toBe('allowed');
    expect(assumptions).toEqual([
      'chain INPUT: default policy ACCEPT (not in the file)',
      'chain OUTPUT: default policy ACCEPT (not in the file)',
      ONE_TABLE,
      NO_OTHERS,
    ]);
  });

  test('a policy that decides nothing is not spoken of', () => {
    const { result, assumptions } = answerOf('-A INPUT -p udp -j ACCEPT\n-A INPUT -j REJECT', 22);
    expect(result).toBe('blocked');
    expect(assumptions).toEqual([ONE_TABLE, NO_OTHERS]);
  });

  test('a table of own chains alone is a part of a ruleset', () => {
    const { result, trace } = answerOf(
      ':ufw-user-input - [0:0]\n-A ufw-user-input -p tcp --dport 22 -j ACCEPT',
      22,
    );
    expect(result).toBe('undecided');
    expect(trace[0]).toMatchObject({ chain: 'INPUT', effect: 'undecided' });
    expect(trace[0]).toMatchObject({ kind: 'placeholder', reasons: [{ code: 'declared-elsewhere' }] });
  });
});

describe('names of services, and rules for IPv6', () => {
  const parse = (dialect: 'iptables' | 'ip6tables', table: string, rule: string) =>
    parseRulesets([{ text: `*${table}\n${rule}\nCOMMIT\n`, file: 'x', dialect }]);

  test.each([
    ['-A PREROUTING -p tcp -j REDIRECT --to-ports ftp-data', [20, 21]],
    ['-A PREROUTING -p tcp -j DNAT --to-destination 10.1.1.1:ftp-data', [20, 21]],
    ['-A PREROUTING -p tcp -j DNAT --to-destination 10.1.1.1:ssh', [22, 23]],
    ['-A PREROUTING -p tcp -j DNAT --to-destination 10.1.1.1:10-20/ftp', [10, 21]],
  ])('%s', (rule, ports) => {
    const [ruleset] = parse('iptables', 'nat', rule);
    expect(ruleset!.tables[0]!.chains.get('PREROUTING')!.rules[0]!.effects).toMatchObject([{ ports }]);
  });
});

describe('-m tcpmss, as guides against floods have it', () => {
  const drops = (match: string): string =>
    resultOf(`:INPUT ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -p tcp ${match} -j DROP`);

  test.each([
    ['-m conntrack --ctstate NEW -m tcpmss ! --mss 536:65535', 'allowed'],
    ['-m tcpmss --mss 0:535', 'allowed'],
    ['-m tcpmss --mss 1:', 'blocked'],
    ['-m tcpmss --mss 1400:1500', 'undecided'],
    // What comes after the handshake has no such option, so it is dropped.
    ['-m tcpmss ! --mss 536:65535', 'undecided'],
  ])('%s', (match, result) => {
    expect(drops(match)).toBe(result);
  });

  test('a name is no size', () => {
    expect(() => drops('-m tcpmss --mss http')).toThrow('not segment sizes');
  });
});

test.each([
  ['-A INPUT --dport 22 -j ACCEPT', 'write -p tcp or -p udp before it'],
  ['-A INPUT -p tcp --dports 22,80 -j ACCEPT', 'write -p tcp -m multiport'],
  ['-A INPUT --nonsense -j ACCEPT', 'check the spelling'],
])('%s: what is missing', (rule, fix) => {
  expect(() => resultOf(rule)).toThrow(fix);
});
