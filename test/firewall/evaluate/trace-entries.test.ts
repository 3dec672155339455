import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate, traceRules } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { reasonText } from '../../../src/verdict/trace/text/reason-text.ts';

/** What the rules of an input chain with policy drop are shown to do with a packet, as `effect: why`. */
function shown(rules: string, packet: string): readonly string[] {
  const text = `table inet t {\nchain own { accept; }\nset s { type inet_service; }\nchain c {\ntype filter hook input priority 0; policy drop;\n${rules}\n}\n}`;
  const rulesets = firewall(parseRulesets([{ text, file: 'x', dialect: 'nft' }]));
  return traceRules(rulesets, parsePacket(packet, 'input'))
    .filter(({ direction }) => direction === 'request')
    .map(({ effect, reasons }) => [effect, ...reasons.map(reasonText)].join(': '));
}

const TO_102 = 'tcp 10.30.0.5 > 10.20.0.11:102';

test.each([
  ['tcp dport vmap { 102 : accept, 103 : drop }', TO_102, ['accept']],
  ['tcp dport vmap { 103 : accept, 102 : drop }', TO_102, ['drop']],
  ['tcp dport vmap { 102 : jump own }', TO_102, ['jump: to chain own', 'accept']],
  ['tcp dport vmap { 22 : accept }\naccept', TO_102, ['continue: no element of its map matches', 'accept']],
  ['ip saddr vmap { 10.0.0.0/8 : accept }', 'tcp 10.0.0.0/7 > 10.20.0.11:102', ['accept', 'drop']],
  // Whatever the interface, no case is for this port.
  [
    'iifname "wan0" tcp dport vmap { 22 : drop }\naccept',
    TO_102,
    ['continue: no element of its map matches', 'accept'],
  ],
  ['tcp dport 102 counter meta mark set 1 accept', TO_102, ['accept']],
])('%s', (rules, packet, effects) => {
  expect(shown(rules, packet)).toEqual(effects);
});

test.each([
  ['iifname vmap { "lan0" : accept, "wan0" : drop }\ndrop', 'depends on the input interface'],
  ['iifname { "lan0", "lan1" } accept\ndrop', 'depends on the input interface'],
  ['tcp sport 1024-2000 accept\ndrop', 'depends on the source port of the client'],
  ['ct mark 0x7 accept\ndrop', undefined],
  [
    'tcp dport @s drop\nmeta mark set numgen random mod 4\nmeta mark 2 accept\ndrop',
    'depends on an unknown mark',
  ],
  ['ip saddr 10.30.0.5 limit rate 5/second accept\ndrop', 'depends on earlier packets'],
  ['iifname != "lo" limit rate 5/second accept\ndrop', 'depends on earlier packets'],
])('what leaves it open: %s', (rules, why) => {
  const open = shown(rules, TO_102).filter((entry) => entry.startsWith('undecided'));
  expect(open).toEqual(why === undefined ? [] : [`undecided: ${why}`]);
});

test('a rule that is met with each of several marks is told once', () => {
  const rules = [
    'iifname "a" meta mark set 1',
    'iifname "b" meta mark set 2',
    'tcp sport 1024 meta mark set 3',
  ];
  expect(shown(`${rules.join('\n')}\nmeta mark 2 drop`, TO_102)).toHaveLength(rules.length + 2);
});

test('where no address was asked for, that is what is missing', () => {
  const open = shown('ip daddr 10.20.0.11 accept', 'tcp 10.30.0.5 > 10.20.0.0/16:102');
  expect(open[0]).toBe('undecided: the packet has no destination address');
});

test('where NAT sends a packet, and that nobody asked what listens there', () => {
  const text =
    'table ip t {\nchain p {\ntype nat hook prerouting priority -100;\ntcp dport 102 redirect to :8000\ntcp dport 103 dnat to 10.20.0.12:104\ntcp dport 105 redirect to :105\n}\n}';
  const rules = firewall(parseRulesets([{ text, file: 'x', dialect: 'nft' }]));
  const sent = (port: number) => ({
    ...parsePacket(`tcp 10.30.0.5 > 10.20.0.11:${port}`, 'input'),
    isEverySelfKnown: true,
    isForwarding: true,
  });
  const whyOf = (port: number) =>
    traceRules(rules, sent(port))
      .find(({ effect }) => effect === 'nat')
      ?.reasons.map(reasonText)
      .join();
  expect([102, 103, 105].map(whyOf)).toEqual([
    'sent on to port 8000',
    'sent on to 10.20.0.12 port 104',
    'sent on to port 105',
  ]);
  const note = 'traffic that NAT redirects to another port counts as allowed';
  expect([102, 103, 105].map((port) => evaluate(rules, sent(port)).assumptions.includes(note))).toEqual([
    true,
    true,
    false,
  ]);
});
