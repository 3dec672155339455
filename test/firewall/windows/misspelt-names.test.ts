// A letter less or more in the name of a key, setting, property or label: an error, undecided, or the same answer; never another one.
import { expect, test } from 'vitest';
import { decodeText } from '../../../src/decode-text.ts';
import { InputError } from '../../../src/input-error.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { shareOfRuns } from '../../thorough.ts';
import type { NaivePolicy, NaiveRule } from './naive.ts';
import { Random } from './random.ts';
import { LOCAL, POLICY, reg, rule } from './texts.ts';
import { collectionText } from './write-collection.ts';
import { netshProfiles, netshRules, polBytes } from './write-forms.ts';
import { regText } from './write-policy.ts';

const ALLOW: NaiveRule = {
  ...{
    id: 'allow',
    store: 'local',
    action: 'Allow',
    active: true,
    dir: 'In',
    profiles: ['Domain', 'Private'],
  },
  ...{ protocol: 6, localPorts: [[102, 102]], remotePorts: [[1024, 65_535]] },
  ...{ localAddresses: ['10.0.0.2'], remoteAddresses: ['10.0.0.0/24'], app: 'C:\\viz\\viz.exe', svc: null },
  ...{ appPackage: null, isStrange: false, isSecured: false },
};
const BLOCK: NaiveRule = {
  ...ALLOW,
  id: 'block',
  action: 'Block',
  remoteAddresses: ['10.0.0.77'],
  app: null,
};
const ON = { EnableFirewall: 1, DefaultInboundAction: 1, DefaultOutboundAction: 0 };
const MACHINE: NaivePolicy = {
  rules: [ALLOW, BLOCK, { ...ALLOW, id: 'of policy', store: 'policy', localPorts: [[103, 103]] }],
  local: { Domain: ON, Private: { ...ON, DoNotAllowExceptions: 1 }, Public: { EnableFirewall: 0 } },
  policy: {
    ...{ Domain: { AllowLocalPolicyMerge: 1, EnableFirewall: 1 }, Private: { DefaultInboundAction: 1 } },
    ...{ Public: { DoNotAllowExceptions: 0 }, Standard: undefined },
  },
};

const PACKETS = ['10.0.0.5', '10.0.0.77', '10.0.9.9'].flatMap((from) =>
  [
    ...[
      `tcp ${from}:4000 > 10.0.0.2:102`,
      `tcp ${from}:80 > 10.0.0.2:102`,
      `tcp ${from}:4000 > 10.0.0.3:102`,
    ],
    `tcp ${from}:4000 > 10.0.0.2:103`,
  ].flatMap((packet) => [0, 1, 2].map((profile) => ({ ...parsePacket(packet, 'input'), profile }))),
);

function answersOf(texts: readonly string[]): readonly string[] | InputError {
  try {
    const sources = texts.map((text, nth) => ({ text, file: `file ${nth}`, dialect: 'windows' as const }));
    const known = { ...NOTHING_KNOWN, program: 'C:\\viz\\viz.exe', isComplete: true };
    const machine = firewall(parseRulesets(sources, known));
    return PACKETS.map((packet) => evaluate(machine, packet).result);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** The files of the machine, and the names in the first of them. */
const FORMS: Readonly<Record<string, { readonly texts: readonly string[]; readonly names: RegExp }>> = {
  '.reg': {
    texts: [regText(MACHINE)],
    names: /(?<=\|)\w+(?==)|(?<=\n")\w+(?="=dword)|(?<=\[[^\]\n]*\\)\w+(?=[\]\\])/g,
  },
  'Registry.pol': {
    texts: [decodeText(polBytes(MACHINE)), regText({ ...MACHINE, rules: [] })],
    names: /(?:\w\0){4,}/g,
  },
  'the collector, 7': {
    texts: [collectionText(MACHINE, { powershell: '7' })],
    names: /(?<=")\w+(?=":)/g,
  },
  'the collector, 5.1': {
    texts: [collectionText(MACHINE, { powershell: '5.1' })],
    names: /(?<=")\w+(?=":)/g,
  },
  'netsh show rule': { texts: [netshRules(MACHINE), netshProfiles(MACHINE)], names: /^[A-Z][\w ]+(?=:)/gm },
  'netsh show allprofiles': {
    texts: [netshProfiles(MACHINE), netshRules(MACHINE)],
    names: /^(?:State|Firewall Policy|\w+ Profile Settings)/gm,
  },
};
const TRIED = shareOfRuns(30, Infinity);

test.each(Object.entries(FORMS))('a letter less or more in a name of %s', (form, { texts, names }) => {
  const [text = '', ...others] = texts;
  const whole = answersOf(texts);
  if (whole instanceof InputError) throw whole;
  expect(new Set(whole).size).toBeGreaterThan(1);
  const random = new Random(form.length);
  const places = [...text.matchAll(names)];
  const chosen = places.length <= TRIED ? places : Array.from({ length: TRIED }, () => random.pick(places));
  const width = form === 'Registry.pol' ? 2 : 1;
  let noticed = 0;
  for (const { 0: name, index } of chosen) {
    const at = index + width * random.below(name.length / width);
    const letter = text.slice(at, at + width);
    for (const by of ['', letter + letter]) {
      const found = answersOf([text.slice(0, at) + by + text.slice(at + width), ...others]);
      const changed = found instanceof InputError ? [] : found.filter((one, nth) => one !== whole[nth]);
      if (found instanceof InputError || changed.length > 0) noticed++;
      const said = {
        name: text.slice(Math.max(0, index - 20), at) + by + text.slice(at + width, index + 40),
      };
      expect({ ...said, decided: changed.filter((one) => one !== 'undecided') }).toEqual({
        ...said,
        decided: [],
      });
    }
  }
  expect(noticed).toBeGreaterThan(chosen.length / 4);
});

const answer = (text: string, isComplete = true): string => {
  const machine = firewall(
    parseRulesets([{ text, file: 'x', dialect: null }], { ...NOTHING_KNOWN, isComplete }),
  );
  return evaluate(machine, { ...parsePacket('tcp 10.0.0.5 > 10.0.0.2:102', 'input'), profile: 0 }).result;
};
const EXPORT = reg(LOCAL, { rules: { a: rule('LPort=102') }, settings: { domain: { EnableFirewall: 1 } } });

test.each([
  ['a setting', (text: string) => text.replace('EnableFirewall', 'EnableFirewal'), 'undecided'],
  ['the key of a profile', (text: string) => text.replace('DomainProfile', 'DomainProfil'), 'undecided'],
  ['the key of the rules', (text: string) => text.replace('FirewallRules', 'FirewallRulez'), 'undecided'],
  ['a key above', (text: string) => text.replace(/(.*)Services/s, '$1Serviices'), 'undecided'],
  ['a heading that was lost', (text: string) => text.replace(/\[.*FirewallRules\]\r\n/, ''), 'undecided'],
  [
    'a value nobody knows',
    (text: string) => text.replace('=dword', '=dword:00000001\r\n"New"=dword'),
    'allowed',
  ],
  [
    'what Windows has',
    (text: string) => text.replace('=dword', '=dword:00000001\r\n"DisableNotifications"=dword'),
    'allowed',
  ],
  [
    'defaults that nobody restored',
    (text: string) =>
      `${text}[${LOCAL.replace('Parameters', 'Defaults')}\\DomainProfile]\r\n"EnableFirewall"=dword:00000000\r\n\r\n`,
    'allowed',
  ],
  [
    'rules of IPsec',
    (text: string) =>
      `${text}[${POLICY}\\ConSecRules]\r\n"x"="v2.30|Action=SecureServer|Active=TRUE|"\r\n\r\n`,
    'allowed',
  ],
])('%s', (_, change, result) => {
  expect(answer(EXPORT)).toBe('allowed');
  expect(answer(change(EXPORT))).toBe(result);
});

test('a value of a profile that nobody knows is taken to change nothing, which is said and is unproven unless the files are complete', () => {
  const text = EXPORT.replace('=dword', '=dword:00000001\r\n"New"=dword');
  const [ruleset] = parseRulesets([{ text, file: 'x', dialect: null }], NOTHING_KNOWN);
  const said = ruleset?.assumptions?.filter(({ isUnstated }) => isUnstated === true).map((one) => one.text);
  expect(said).toContain('x: what Windows does not document changes nothing (New)');
});
