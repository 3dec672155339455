// Settings that lost what they said: one error or undecided, never the default in their place.
import { expect, test } from 'vitest';
import { InputError } from '../../../src/input-error.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { LOCAL, reg, rule } from './texts.ts';
import { netshProfiles } from './write-forms.ts';

test.each([
  ['whole', (text: string) => text, 'blocked'],
  ['a damaged line of dashes', (text: string) => text.replace(/-{70}(?![^]*-{70})/, '---\u0000---'), 'error'],
  ['a heading joined to its dashes', (text: string) => text.replace(/Settings: \r\n/, 'Settings: '), 'error'],
  ['a line State that is none', (text: string) => text.replace('State', 'Stote'), 'error'],
  ['no word of the policy', (text: string) => text.replace('BlockInboundAlways', ''), 'undecided'],
])('netsh show allprofiles, %s', (_, change, result) => {
  const shut = { DoNotAllowExceptions: 1 };
  const local = { Domain: shut, Private: {}, Public: {} };
  const text = change(
    netshProfiles({ rules: [], local, policy: { Domain: {}, Private: {}, Public: {}, Standard: undefined } }),
  );
  const rules = reg(LOCAL, { rules: { a: rule('LPort=102') } }).replace(`[${LOCAL}]`, '');
  const sources = [rules, text].map((one, nth) => ({ text: one, file: `file ${nth}`, dialect: null }));
  const asked = (): string => {
    try {
      const machine = firewall(parseRulesets(sources, { ...NOTHING_KNOWN, isComplete: true }));
      return evaluate(machine, { ...parsePacket('tcp 10.0.0.1 > 10.0.0.2:102', 'input'), profile: 0 }).result;
    } catch (error) {
      if (error instanceof InputError) return 'error';
      throw error;
    }
  };
  expect(asked()).toBe(result);
});

test('without Active a rule is off, unless an unknown key may be what is left of it; nor is a setting dropped whose name is damaged', () => {
  const answer = (text: string): string => {
    const machine = firewall(
      parseRulesets([{ text, file: 'x', dialect: null }], { ...NOTHING_KNOWN, isComplete: true }),
    );
    return evaluate(machine, parsePacket('tcp 10.0.0.1 > 10.0.0.2:102', 'input')).result;
  };
  const off = 'v2.30|Action=Allow|Dir=In|Protocol=6|LPort=102|Name=x|';
  expect(answer(reg(LOCAL, { rules: { off } }))).toBe('blocked');
  expect(answer(reg(LOCAL, { rules: { off: off.replace('|Dir', '|Activ\u00e9=TRUE|Dir') } }))).toBe(
    'undecided',
  );
  const settings = { domain: { ['DoNotAllowExc\u00e9ptions']: 1 } };
  expect(answer(reg(LOCAL, { rules: { on: rule('LPort=102') }, settings }))).toBe('undecided');
});

test.each(['EnableFirewall', 'DoNotAllowExceptions'])('files that disagree about %s', (name) => {
  const text = reg(LOCAL, { rules: { a: rule('LPort=102') }, settings: { domain: { [name]: 0 } } });
  const other = reg(LOCAL, { settings: { domain: { [name]: 1 } } });
  const sources = [text, other].map((one, nth) => ({ text: one, file: `${nth}.reg`, dialect: null }));
  const machine = firewall(parseRulesets(sources, { ...NOTHING_KNOWN, isComplete: true }));
  const port = name === 'EnableFirewall' ? 103 : 102;
  const question = parsePacket(`tcp 10.0.0.1 > 10.0.0.2:${port}`, 'input');
  expect(evaluate(machine, { ...question, profile: 0 }).result).toBe('undecided');
});

test('the profiles of a rule of service hardening', () => {
  const hardening = `[${LOCAL}\\RestrictedServices\\Static\\System]`;
  const block = 'v2.30|Action=Block|Dir=In|Profile=Public|Protocol=6|Svc=VizSvc|Name=x|';
  const text = `${reg(LOCAL, { rules: { a: rule('LPort=102') } })}${hardening}\r\n"h"="${block}"\r\n\r\n`;
  const known = { ...NOTHING_KNOWN, isComplete: true, service: 'VizSvc' };
  const machine = firewall(parseRulesets([{ text, file: 'x.reg', dialect: null }], known));
  const question = parsePacket('tcp 10.0.0.1 > 10.0.0.2:102', 'input');
  const results = [0, 1, 2].map((profile) => evaluate(machine, { ...question, profile }).result);
  expect(results).toEqual(['allowed', 'allowed', 'blocked']);
});

test.each(['127.0.0.1', '10.0.0.2'])('what the computer sends to itself, %s, from either side', (own) => {
  const settings = { domain: { DefaultOutboundAction: 1, DoNotAllowExceptions: 1 } };
  const source = { text: reg(LOCAL, { settings }), file: 'x.reg', dialect: null };
  for (const hook of ['input', 'output'] as const) {
    const machine = firewall(parseRulesets([source], { ...NOTHING_KNOWN, isComplete: true, hook }));
    const question = { ...parsePacket(`tcp ${own} > ${own}:102`, hook), profile: 0 };
    expect(evaluate(machine, question).result).toBe('allowed');
  }
});

test('a value twice below one heading is an error: the heading between them may be lost', () => {
  const values = { EnableFirewall: 1, DisableNotifications: 0 };
  const whole = reg(LOCAL, { settings: { public: values, private: values } });
  const heading = `\r\n[${LOCAL}\\StandardProfile]`;
  expect(whole).toContain(heading);
  const read = (text: string) => () => parseRulesets([{ text, file: 'x.reg', dialect: null }], NOTHING_KNOWN);
  expect(read(whole)).not.toThrow();
  expect(read(whole.replace(heading, ''))).toThrow(/twice below one heading/);
  // An edit that takes a value back, or names the key again, is one that Windows imports in its order.
  const key = `[${LOCAL}\\PublicProfile]\r\n"EnableFirewall"=`;
  expect(read(`${whole}${key}-\r\n"EnableFirewall"=dword:00000000\r\n\r\n`)).not.toThrow();
});
