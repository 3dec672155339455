import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// nft 1.0.6 refuses a beginning of a name in a set without `flags interval`; of `"eth\\*"` it lists `"eth*"`.
test.each([
  ['', 'undecided'],
  ['flags interval;', 'blocked'],
])('a star in a set of names, %j', (flags, expected) => {
  expect(resultOf(`set s { type ifname; ${flags} elements = { "eth*" }; }`, 'iifname @s drop;')).toBe(
    expected,
  );
});

// nft refuses a star alone, so what it lists as one is literal.
test.each([
  'iifname { "*", "lo" } drop;',
  'iifname vmap { "*" : drop, "lo" : accept };',
  'iifname . tcp dport { "*" . 102, "lo" . 23 } drop;',
])('%s: no interface is known to be called so', (rule) => {
  expect(resultOf('', rule)).toBe('undecided');
});

function resultOf(set: string, rule: string): string {
  const text = `table inet t {
  ${set}
  chain i { type filter hook input priority 0; policy accept; ${rule} }
}
`;
  const question = flowQuestion({
    ...{ transport: 'tcp', port: 102, interface: 'eth0' },
    sources: [parsePrefix('10.30.0.5', 'from')],
    destination: parseAddress('10.20.0.11', 'to'),
  });
  return evaluate(firewall(parseRulesets([{ text, file: 'x', dialect: null }])), question).result;
}
