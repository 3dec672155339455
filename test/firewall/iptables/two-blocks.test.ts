import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';

// One save has each table once. A second block may replace the first, or be of the other family or back end.

const block = (policy: string, ...rules: readonly string[]): string =>
  ['*filter', `:INPUT ${policy} [0:0]`, ...rules, 'COMMIT', ''].join('\n');

function unstated(text: string): readonly string[] {
  const [ruleset] = parseRulesets([{ text, file: 'rules.v4', dialect: 'iptables' }]);
  return (ruleset?.assumptions ?? []).flatMap((one) => (one.isUnstated === true ? [one.text] : []));
}

test('two blocks of other content: which of them counts is not stated', () => {
  const open = '-A INPUT -p tcp --dport 102 -j ACCEPT';
  expect(unstated(block('ACCEPT') + block('DROP'))).toEqual([
    expect.stringMatching(/^the last block of \*filter in rules\.v4 replaces those before it/),
  ]);
  expect(unstated(block('DROP', open) + block('DROP'))).toHaveLength(1);
});

test('one block, or the same again', () => {
  expect(unstated(block('DROP'))).toEqual([]);
  expect(unstated(block('DROP') + block('DROP'))).toEqual([]);
});
