// Rules for interfaces or their types, which no export tells: what two rules say alike holds for both or for neither.
import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import type { NaivePolicy, NaiveRule } from './naive.ts';
import { LOCAL, reg, rule } from './texts.ts';
import { collectionText } from './write-collection.ts';
import { netshProfiles, netshRules } from './write-forms.ts';

function resultOf(...texts: readonly string[]): string {
  const known = { ...NOTHING_KNOWN, isComplete: true };
  const sources = texts.map((text, nth) => ({ text, file: `file ${nth}`, dialect: null }));
  const machine = firewall(parseRulesets(sources, known));
  const question = parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', 'input');
  return evaluate(machine, { ...question, profile: 1 }).resultByCase;
}

const asReg = (allow: string, block: string): string =>
  reg(LOCAL, { rules: { allow: rule(`LPort=102|${allow}`), block: rule(`LPort=102|${block}`, 'Block') } });

test.each([
  ['IFType=Wireless', 'IFType=Wireless', 'blocked'],
  ['IFType=Wireless', 'IFType=Lan', 'depends'],
  ['IFType=Wireless', 'IFType=Wireless|IFType=Lan', 'depends'],
  ['IF={1}', 'IF={1}', 'blocked'],
  ['IFType=', 'IFType=', 'undecided'],
  ['IFType=Lna', 'IFType=Lna', 'undecided'],
])('allow %s, block %s: %s', (allow, block, result) => {
  expect(resultOf(asReg(allow, block))).toBe(result);
});

const RULE: NaiveRule = {
  ...{ id: 'allow', store: 'local', action: 'Allow', active: true, dir: 'In', profiles: [], protocol: 6 },
  ...{ localPorts: [[102, 102]], remotePorts: [], localAddresses: [], remoteAddresses: [] },
  ...{ app: null, svc: null, appPackage: null, isStrange: false, isSecured: false },
};
const POLICY: NaivePolicy = {
  rules: [RULE, { ...RULE, id: 'block', action: 'Block' }],
  local: { Domain: {}, Private: {}, Public: {} },
  policy: { Domain: {}, Private: {}, Public: {}, Standard: undefined },
};

/** One value after the other for what is written twice. */
function each(text: string, written: string, values: readonly string[]): string {
  let nth = 0;
  return text.replaceAll(written, () => values[nth++ % values.length] ?? '');
}

test.each([
  ['"InterfaceType":0', ['"InterfaceType":2'], 'blocked'],
  ['"InterfaceType":0', ['"InterfaceType":"Wireless"'], 'blocked'],
  ['"InterfaceType":0', ['"InterfaceType":2', '"InterfaceType":1'], 'depends'],
  ['"InterfaceType":0', ['"InterfaceType":"?"'], 'undecided'],
  ['"InterfaceAlias":"Any"', ['"InterfaceAlias":"A"'], 'blocked'],
  ['"InterfaceAlias":"Any"', ['"InterfaceAlias":"A"', '"InterfaceAlias":"B"'], 'depends'],
  ['"InterfaceAlias":"Any"', ['"InterfaceAlias":[{}]'], 'undecided'],
])('JSON: %s is %j: %s', (written, values, result) => {
  const text = collectionText(POLICY, { powershell: '7' });
  expect(text).toContain(written);
  expect(resultOf(each(text, written, values))).toBe(result);
});

test.each([
  [['Wireless'], 'blocked'],
  [['Wireless', 'LAN'], 'depends'],
])('netsh: %j: %s', (types, result) => {
  const written = 'InterfaceTypes:                       ';
  const rules = each(
    netshRules(POLICY),
    `${written}Any`,
    types.map((type) => `${written}${type}`),
  );
  expect(resultOf(rules, netshProfiles(POLICY))).toBe(result);
});
