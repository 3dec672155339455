// What the grammar of a rule string admits and the firewall does not (MS-FASP 2.2.35, 2.2.37; MS-GPFAS 2.2.2): the rule may be refused,
// so that it neither allows nor blocks for sure.
import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { LOCAL, reg } from './texts.ts';

type Transport = 'tcp' | 'udp';

function answer(
  rules: Readonly<Record<string, string>>,
  hook: 'input' | 'output',
  transport: Transport,
): string {
  const known = { ...NOTHING_KNOWN, isComplete: true };
  const machine = firewall(parseRulesets([{ text: reg(LOCAL, { rules }), file: 'x', dialect: null }], known));
  const sources = [parsePrefix('10.1.2.30', 'x')];
  const question = flowQuestion({ sources, destination: null, transport, port: 102, profile: 0 });
  return evaluate(machine, { ...question, hook }).result;
}

const rule = (parts: string, action = 'Allow', dir = 'In'): string =>
  `v2.30|Action=${action}|Active=TRUE|Dir=${dir}|${parts}|Name=x|`;
const TCP = 'Protocol=6|LPort=102';
const many = (count: number, part: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => part(n)).join('|');

/** Each beside a plain allow rule where it blocks, so that a rule that is not loaded makes a difference. */
test.each([
  ['Security on Block', rule(`${TCP}|Security=Authenticate`, 'Block'), 'tcp'],
  ['Security2 on Block', rule(`${TCP}|Security2_9=An-NoEncap`, 'Block'), 'tcp'],
  ['RMauth without Security on Block', rule(`${TCP}|RMauth=O:LSD:(A;;CC;;;S-1-5-21-1)`, 'Block'), 'tcp'],
  ['LSM on an inbound rule', rule(`${TCP}|LSM=TRUE`, 'Block'), 'tcp'],
  ['a word that Edge cannot have', rule(`${TCP}|Edge=Maybe`, 'Block'), 'tcp'],
  ['an empty program', rule(`${TCP}|App=`, 'Block'), 'tcp'],
  ['an empty service', rule(`${TCP}|Svc=`, 'Block'), 'tcp'],
  ['RPC with UDP', rule('Protocol=17|LPort=RPC|LPort=102', 'Block'), 'udp'],
  ['RPC-EPMap with UDP', rule('Protocol=17|LPort=RPC-EPMap|LPort=102', 'Block'), 'udp'],
  ['Teredo with TCP', rule('Protocol=6|LPort=Teredo|LPort=102', 'Block'), 'tcp'],
  ['a keyword of another key', rule('Protocol=6|LPort=IPHTTPSIn|LPort=102', 'Block'), 'tcp'],
  ['a spelling of the cmdlets', rule(`${TCP}|RA4=10.1.2.0/24|RA4=LocalSubnet4`, 'Block'), 'tcp'],
  ['a keyword on the local side', rule(`${TCP}|LA4=10.0.0.0/8|LA4=LocalSubnet`, 'Block'), 'tcp'],
  ['a whole address as a subnet', rule(`${TCP}|RA4=10.1.2.30/32`, 'Block'), 'tcp'],
  ['the loopback address in a list', rule(`${TCP}|RA4=10.1.2.0/24|RA4=127.0.0.1`, 'Block'), 'tcp'],
  ['types of ICMP with TCP', rule(`${TCP}|ICMP4=8:*`, 'Block'), 'tcp'],
  ['the name all', rule(TCP, 'Block').replace('Name=x', 'Name=All'), 'tcp'],
  ['1,001 ports', rule(`Protocol=6|${many(1001, (n) => `LPort=${n + 1}`)}`, 'Block'), 'tcp'],
  ['1,001 addresses', rule(`${TCP}|${many(1001, (n) => `RA4=10.1.${n >> 8}.${n & 255}`)}`, 'Block'), 'tcp'],
  ['a name of 10,000 characters', rule(TCP, 'Block').replace('Name=x', `Name=${'x'.repeat(10_000)}`), 'tcp'],
  ['a description of 10,000', rule(`${TCP}|Desc=${'x'.repeat(10_000)}`, 'Block'), 'tcp'],
] as const)('%s: open in both directions', (_, odd, transport) => {
  const protocol = transport === 'tcp' ? 6 : 17;
  const allow = rule(`Protocol=${protocol}|LPort=102`);
  expect(answer({ allow }, 'input', transport)).toBe('allowed');
  expect(answer({ allow, odd }, 'input', transport)).toBe('undecided');
  expect(answer({ odd: odd.replace('Block', 'Allow') }, 'input', transport)).toBe('undecided');
});

test.each([
  ['Edge on an outbound rule', rule('Protocol=6|Edge=TRUE', 'Block', 'Out')],
  ['Defer on an outbound rule', rule('Protocol=6|Defer=App', 'Block', 'Out')],
  ['LSM on an outbound TCP rule', rule('Protocol=6|LSM=TRUE', 'Block', 'Out')],
  [
    'a local port keyword on an outbound rule',
    rule('Protocol=6|LPort2_10=IPHTTPSIn|LPort2_10=1-65535', 'Block', 'Out'),
  ],
])('%s: open', (_, odd) => {
  expect(answer({}, 'output', 'tcp')).toBe('allowed');
  expect(answer({ odd }, 'output', 'tcp')).toBe('undecided');
});

test('an ID with a pipe, or of 512 characters', () => {
  expect(answer({ 'a|b': rule(TCP) }, 'input', 'tcp')).toBe('undecided');
  expect(answer({ ['a'.repeat(512)]: rule(TCP) }, 'input', 'tcp')).toBe('undecided');
  expect(answer({ ['a'.repeat(511)]: rule(TCP) }, 'input', 'tcp')).toBe('allowed');
});

test.each([
  ['1,000 ports', `Protocol=6|${many(1000, (n) => `LPort=${n + 1}`)}`],
  ['Edge', `${TCP}|Edge=FALSE|Defer=User`],
  ['RPC beside a number', 'Protocol=6|LPort=RPC|LPort=102'],
  ['keywords of both keys', `${TCP}|RA4=10.1.2.0/24|RA42=IntErnet|RA6=fe80::/64|RA62=IntErnet`],
  ['an empty description', `${TCP}|Desc=`],
])('%s: allowed', (_, parts) => {
  expect(answer({ a: rule(parts) }, 'input', 'tcp')).toBe('allowed');
});
