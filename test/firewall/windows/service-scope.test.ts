// Rules for a service of a program: set aside only where the listener is surely another one.
import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import {
  NOTHING_KNOWN,
  type WindowsCircumstances,
} from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { LOCAL, reg, rule } from './texts.ts';

const OPEN = rule('LPort=102');
const SVCHOST = 'C:\\Windows\\System32\\svchost.exe';
const HUB = 'C:\\Program Files\\Vizrt\\Hub\\hub.exe';

function resultOf(scope: string, known: Partial<WindowsCircumstances>): string {
  const text = reg(LOCAL, { rules: { open: OPEN, shut: rule(`LPort=102|${scope}`, 'Block') } });
  const machine = firewall(
    parseRulesets([{ text, file: 'x.reg', dialect: null }], {
      ...NOTHING_KNOWN,
      isComplete: true,
      ...known,
    }),
  );
  return evaluate(machine, parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', 'input')).result;
}

test.each<[string, string, Partial<WindowsCircumstances>, string]>([
  ['svchost.exe runs services', `App=${SVCHOST}|Svc=Hub`, { program: SVCHOST }, 'undecided'],
  [
    'svchost.exe, spelled otherwise',
    'App=%SystemRoot%\\system32\\svchost.exe|Svc=Hub',
    { program: SVCHOST },
    'undecided',
  ],
  ['no program named, the listener is svchost.exe', 'Svc=Hub', { program: SVCHOST }, 'undecided'],
  ['a service of the very program', `App=${HUB}|Svc=Hub`, { program: HUB }, 'undecided'],
  ['of another program', `App=${SVCHOST}|Svc=Hub`, { program: HUB }, 'allowed'],
  ['nobody named the listener, the program is none of Windows', `App=${HUB}|Svc=Hub`, {}, 'undecided'],
  ['nobody named the listener, the program is one of Windows', `App=${SVCHOST}|Svc=Hub`, {}, 'allowed'],
  ['the service is known', `App=${SVCHOST}|Svc=Hub`, { program: SVCHOST, service: 'hub' }, 'blocked'],
  ['another service', `App=${SVCHOST}|Svc=Hub`, { program: SVCHOST, service: 'Other' }, 'allowed'],
  [
    'a rule for an app package, the listener is a program',
    'AppPkgId=S-1-15-2-1',
    { program: HUB },
    'allowed',
  ],
  [
    'a rule for an app package, the listener is of one',
    'AppPkgId=S-1-15-2-1',
    { program: 'C:\\Program Files\\WindowsApps\\Viz_1.0_x64__8wek\\viz.exe' },
    'undecided',
  ],
  ['surely no service', `App=${HUB}|Svc=Hub`, { program: HUB, isServiceKnown: true }, 'allowed'],
])('%s', (_, scope, known, result) => {
  expect(resultOf(scope, known)).toBe(result);
});

test('a computer is on the link-local subnet too, whether its subnets are stated with it or not', () => {
  const text = reg(LOCAL, { rules: { near: rule('LPort=102|RA6=LocalSubnet') } });
  const results = ['2001:db8::/64', 'fe80::/64'].map((_, nth, all) => {
    const localSubnets = all.slice(0, nth + 1).map((one) => parsePrefix(one, 'subnet'));
    const known = { ...NOTHING_KNOWN, isComplete: true, localSubnets };
    const machine = firewall(parseRulesets([{ text, file: 'x.reg', dialect: null }], known));
    return ['2001:db8::5', '2001:db8:1::5', 'fe80::5'].map(
      (from) => evaluate(machine, parsePacket(`tcp [${from}] > [2001:db8::11]:102`, 'input')).result,
    );
  });
  expect(results).toEqual([
    ['allowed', 'blocked', 'undecided'],
    ['allowed', 'blocked', 'allowed'],
  ]);
});
