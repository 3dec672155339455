// Two files that each list a store as a whole, and differ: nobody knows which of them still holds.
import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { LOCAL, POLICY, reg, rule } from './texts.ts';

function resultOf(...texts: readonly string[]): string {
  const sources = texts.map((text, nth) => ({ text, file: `${nth}.reg`, dialect: null }));
  const machine = firewall(parseRulesets(sources, { ...NOTHING_KNOWN, isComplete: true }));
  return evaluate(machine, { ...parsePacket('tcp 10.0.0.1 > 10.0.0.2:102', 'input'), profile: 0 }).result;
}

const open = rule('LPort=102');
const shut = rule('LPort=102', 'Block');
const other = rule('LPort=104');

test.each([LOCAL, POLICY])('rules of %s', (store) => {
  const text = reg(store, { rules: { open } });
  expect(resultOf(text, text)).toBe('allowed');
  expect(resultOf(text, reg(store, {}))).toBe('undecided');
  expect(resultOf(reg(store, {}), text)).toBe('undecided');
  expect(resultOf(text, reg(store, { rules: { open, shut } }))).toBe('undecided');
  // What only one has does not matter where it is for another port, or off.
  expect(resultOf(text, reg(store, { rules: { open, other } }))).toBe('allowed');
  const off = shut.replace('Active=TRUE', 'Active=FALSE');
  expect(resultOf(text, reg(store, { rules: { open, off } }))).toBe('allowed');
  expect(resultOf(text, reg(store, { rules: { OPEN: open } }))).toBe('allowed');
});

test('rules of two stores add up', () => {
  expect(resultOf(reg(LOCAL, { rules: { open } }), reg(POLICY, { rules: { other } }))).toBe('allowed');
});

test.each([
  ['EnableFirewall', 0, 'undecided'],
  ['DoNotAllowExceptions', 1, 'undecided'],
  // What a computer does without the setting.
  ['EnableFirewall', 1, 'allowed'],
  ['DoNotAllowExceptions', 0, 'allowed'],
])('the setting %s=%i in one of two', (name, value, result) => {
  // Off, the firewall lets in what no rule does.
  const rules = name === 'EnableFirewall' && value === 0 ? {} : { open };
  const text = (own: Readonly<Record<string, number>>): string =>
    reg(LOCAL, { rules, settings: { domain: own } });
  expect(resultOf(text({ [name]: value }), text({}))).toBe(result);
});
