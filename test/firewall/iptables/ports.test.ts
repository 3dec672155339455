import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';

// What iptables-legacy-restore 1.8.9 makes of each, as iptables-save tells: the matches of iptables read ports in three ways.

const portsOf = (options: string) => {
  const text = `*filter\n:INPUT DROP [0:0]\n-A INPUT ${options} -j ACCEPT\nCOMMIT\n`;
  const [ruleset] = parseRulesets([{ text, file: 'x', dialect: 'iptables' }]);
  const [rule] = ruleset!.tables[0]!.chains.get('INPUT')!.rules;
  return rule!.matches.flatMap((match) =>
    match.kind === 'number' && match.field.includes('port') ? [match.in] : [],
  );
};

test.each([
  ['-p tcp --dport 010', [8, 9]],
  ['-p tcp --dport 0x50', [80, 81]],
  ['-p sctp --dport 010:020', [8, 17]],
  ['-p udp --dport 010', [10, 11]],
  ['-p udp --dport 08', [8, 9]],
  ['-p dccp --dport 010:020', [10, 21]],
  ['-p udp --dport :', [0, 65536]],
  ['-p udp -m multiport --dports 010,0x50', [8, 9, 80, 81]],
  ['-m conntrack --ctorigdstport 010', [10, 11]],
])('%s', (options, ports) => {
  expect(portsOf(options)).toEqual([ports]);
});

test.each([
  '-p tcp --dport 08',
  '-p udp --dport 0x50',
  '-p udp -m multiport --dports :',
  '-p udp -m multiport --dports 1:',
  '-p udp -m multiport --dports :1',
])('%s is refused', (options) => {
  expect(() => portsOf(options)).toThrow('not a port');
});
