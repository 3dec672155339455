import { expect, test } from 'vitest';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// A statement that nobody can read may do whatever a statement can: later rules must not be believed to see the packet as it
// was. Each ruleset would block for sure if the statement could only accept or drop.

const question = flowQuestion({
  sources: [parsePrefix('10.0.0.0/24', 'sources')],
  destination: parseAddress('10.0.1.1', 'host'),
  transport: 'tcp',
  port: 102,
  interface: 'eth0',
});

const chain = (name: string, head: string, ...rules: readonly string[]): string =>
  `chain ${name} {\ntype ${head};\n${rules.join('\n')}\n}`;
const early = 'filter hook prerouting priority mangle; policy accept';
const closed = 'filter hook input priority filter; policy drop';

test.each<[string, readonly string[]]>([
  ['set a mark', [chain('a', early, 'xt target X'), chain('b', closed, 'meta mark 0x1 accept')]],
  [
    'set the mark of the connection',
    [chain('a', early, 'xt target X'), chain('b', closed, 'ct mark 0x1 accept')],
  ],
  [
    'set a mark that a later rule of its own chain tests',
    [chain('b', closed, 'xt target X', 'meta mark 0x0 drop', 'accept')],
  ],
  [
    'take the packet from conntrack',
    [
      chain('a', 'filter hook prerouting priority raw; policy accept', 'xt target X'),
      chain('b', closed, 'ct state untracked accept'),
    ],
  ],
  [
    'lead to another port',
    [
      chain('a', 'nat hook prerouting priority dstnat; policy accept', 'xt target X'),
      chain('b', closed, 'tcp dport 103 accept'),
    ],
  ],
  [
    'lead to another machine',
    [chain('a', 'nat hook prerouting priority dstnat; policy accept', 'xt target X'), chain('b', closed)],
  ],
])('it may %s', (_, chains) => {
  const ruleset = parseNftText(`table ip t {\n${chains.join('\n')}\n}`, 'x.nft');
  expect(evaluate(firewall([ruleset]), question).result).toBe('undecided');
});
