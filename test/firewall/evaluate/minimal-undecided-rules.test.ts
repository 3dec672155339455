import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

/** The rules of an input chain that are reported to leave the answer open for tcp/102. */
function undecidedBy(rules: string, policy = 'drop'): readonly string[] {
  const text = `table ip t {\nset s { type ipv4_addr; flags dynamic; }\nchain d {\nadd @s { ip saddr }\n}\nchain c {\ntype filter hook input priority 0; policy ${policy};\n${rules}\n}\n}`;
  const prove = accessProver(firewall(parseRulesets([{ text, file: 'x', dialect: 'nft' }])));
  const found = prove({
    expected: 'reachable',
    permitted: [parsePrefix('10.0.0.0/8', 'client')],
    transport: 'tcp',
    port: 102,
    hook: 'input',
    interface: null,
    destinations: [],
    selfAddresses: [],
  });
  return (found?.proof.trace ?? []).filter(({ effect }) => effect === 'undecided').map(({ rule }) => rule);
}

test.each([
  [
    'none that may drop what else would be dropped',
    'ip daddr 10.1.1.1 drop\nnumgen random mod 2 0 accept',
    ['numgen random mod 2 0 accept'],
  ],
  ['a return before the end', 'ip daddr 10.1.1.1 return\niifname "wan0" accept', ['iifname "wan0" accept']],
  [
    'the first of several that would each do',
    'iifname "a" accept\niifname "b" accept\niifname "c" accept',
    ['iifname "a" accept'],
  ],
  [
    'two that only together leave it open',
    'iifname "a" meta mark set 1\nmeta mark 1 numgen random mod 2 0 accept',
    ['iifname "a" meta mark set 1', 'meta mark 1 numgen random mod 2 0 accept'],
  ],
  ['none where all is decided', 'iifname "a" accept\nnumgen random mod 2 0 accept\naccept', []],
  ['one alone', 'numgen random mod 2 0 accept', ['numgen random mod 2 0 accept']],
])('%s', (_, rules, open) => {
  expect(undecidedBy(rules)).toEqual(open);
});

test('of more than can be tried something is reported', () => {
  const many = Array.from({ length: 40 }, (_, at) => `iifname "i${at}" accept`);
  expect(undecidedBy(many.join('\n'))[0]).toBe('iifname "i0" accept');
});
