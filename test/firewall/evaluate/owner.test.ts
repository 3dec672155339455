import { expect, test } from 'vitest';
import { evaluate, traceRules } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { FlowQuestion } from '../../../src/firewall/model/question.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { parseAddress } from '../../../src/net/address.ts';

// Where destination NAT leads packets, and whose address that is.

const nat = (action: string): string =>
  `table ip n { chain p { type nat hook prerouting priority -100; tcp dport 102 ${action}\n }\n }\n`;
const filter = (input: string, forward: string): string =>
  `table ip f { chain i { type filter hook input priority 0; ${input}\n }\n chain f { type filter hook forward priority 0; ${forward}\n }\n }\n`;
const LET_IN = filter('policy accept;', 'policy accept;');

const addresses = (...texts: readonly string[]) => texts.map((text) => parseAddress(text, 'address'));

function ask(rules: string, asked: Partial<FlowQuestion> = {}) {
  const machine = firewall(parseRulesets([{ text: rules, file: 'x', dialect: 'nft' }]));
  const packet = parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', asked.hook ?? 'input');
  const question = { ...packet, isForwarding: true, ...asked };
  return { ...evaluate(machine, question), trace: traceRules(machine, question) };
}

test.each([
  ['an address nobody named', filter('policy drop;', 'policy accept;'), {}, 'undecided'],
  ['it makes no difference', LET_IN, {}, 'allowed'],
  [
    'a known own address',
    filter('policy drop;', 'policy accept;'),
    { selfAddresses: addresses('10.20.0.12') },
    'blocked',
  ],
  [
    'none of all own addresses',
    filter('policy drop;', 'policy accept;'),
    { isEverySelfKnown: true },
    'allowed',
  ],
  [
    'another host',
    filter('policy drop;', 'policy accept;'),
    { otherAddresses: addresses('10.20.0.12') },
    'allowed',
  ],
  [
    'where rules forward to it',
    filter('policy drop;', 'policy drop; ip daddr 10.20.0.12 accept; ct state established accept'),
    {},
    'allowed',
  ],
  [
    'where they forward to its network',
    filter('policy drop;', 'policy drop; ip daddr 10.20.0.0/24 accept; ct state established accept'),
    {},
    'undecided',
  ],
])('on the host itself to %s', (_, rules, asked, expected) => {
  expect(ask(nat('dnat to 10.20.0.12') + rules, asked).result).toBe(expected);
});

test.each([
  ['redirect', {}, 'blocked'],
  ['redirect to :103', {}, 'blocked'],
  ['dnat to 10.99.0.9', {}, 'undecided'],
  ['dnat to 10.99.0.9', { selfAddresses: addresses('10.99.0.9') }, 'blocked'],
  ['dnat to 10.20.0.12', { otherAddresses: addresses('10.20.0.12') }, 'blocked'],
  ['dnat to 10.20.0.12', { hostAddresses: addresses('10.20.0.11', '10.20.0.12') }, 'allowed'],
  ['dnat to 10.20.0.11:103', {}, 'allowed'],
] as const)('on a gateway %s', (action, asked, expected) => {
  expect(ask(nat(action) + LET_IN, { hook: 'forward', ...asked }).result).toBe(expected);
});

test('on the machine that connects', () => {
  const own = nat('redirect').replace('prerouting', 'output');
  expect(ask(own + LET_IN, { hook: 'output' }).result).toBe('blocked');
});

const FORWARDED = nat('dnat to 10.20.0.12') + LET_IN;
const elsewhere = { otherAddresses: addresses('10.20.0.12') };

test('a host that may not forward: who must get in relies on it, who must not may get in', () => {
  const unknown = { ...elsewhere, isForwarding: null, servedOn: 'same-port' } as const;
  const open = ask(FORWARDED, unknown);
  expect(open.result).toBe('undecided');
  expect(open.trace[0]).toMatchObject({ effect: 'undecided', line: 1 });
  expect(ask(FORWARDED, elsewhere).result).toBe('allowed');
  const exposed = ask(FORWARDED, { ...unknown, sender: 'anybody', servedOn: 'any-port' });
  expect(exposed.result).toBe('allowed');
  expect(exposed.assumptions.join()).toContain('ip_forward');
  const kept = nat('dnat to 10.20.0.12') + filter('policy accept;', 'policy drop;');
  expect(ask(kept, unknown).result).toBe('blocked');
});

test('a host that surely does not forward: nobody gets to the other machine', () => {
  const asked = { ...elsewhere, isForwarding: false } as const;
  for (const sender of ['client', 'every-client', 'anybody'] as const) {
    const found = ask(FORWARDED, { ...asked, sender });
    expect(found.result).toBe('blocked');
    expect(found.trace[0]).toMatchObject({ effect: 'drop', reasons: [{ lead: 'not-forwarded' }] });
  }
});

test('by case: forwarding, and a server at the other port', () => {
  const asked = { ...elsewhere, isForwarding: null, servedOn: 'same-port', sender: 'every-client' } as const;
  expect(ask(nat('dnat to 10.20.0.12:103') + LET_IN, asked).resultByCase).toBe('depends');
  expect(ask(nat('dnat to 10.20.0.12:103') + LET_IN, { ...asked, isForwarding: true }).resultByCase).toBe(
    'depends',
  );
  expect(ask(nat('dnat to 10.20.0.12:103-109') + LET_IN, { ...asked, isForwarding: true }).resultByCase).toBe(
    'undecided',
  );
});

test.each([
  ['input', 'redirect to :103', 'undecided'],
  ['input', 'redirect to :102', 'allowed'],
  ['input', 'dnat to 10.20.0.11:103', 'undecided'],
  ['forward', 'dnat to 10.20.0.11:103', 'undecided'],
  ['forward', 'dnat to 10.20.0.11:102', 'allowed'],
] as const)('on hook %s, %s: whether the server is at that port', (hook, action, expected) => {
  const own = hook === 'input' ? { selfAddresses: addresses('10.20.0.11') } : {};
  expect(ask(nat(action) + LET_IN, { hook, ...own, servedOn: 'same-port' }).result).toBe(expected);
});

test('the trace names the rule that leads away', () => {
  expect(ask(nat('redirect') + LET_IN, { hook: 'forward' }).trace[0]).toMatchObject({
    effect: 'drop',
    reasons: [{ code: 'translated', lead: 'to-this-machine' }],
  });
  const open = ask(nat('dnat to 10.99.0.9') + filter('policy drop;', 'policy accept;'));
  expect(open.trace[0]).toMatchObject({ effect: 'undecided', line: 1 });
});

test.each([
  ['every interface but one', 'iifname != "viz0" tcp dport 102 dnat to 10.77.0.2', 'allowed'],
  ['every interface but lo', 'iifname != "lo" tcp dport 102 dnat to 10.77.0.2', 'undecided'],
  ['one interface', 'iifname "eth0" tcp dport 102 dnat to 10.77.0.2', 'undecided'],
])('DNAT of what comes in by %s', (_, rule, expected) => {
  const rules = `table ip n { chain p { type nat hook prerouting priority -100; ${rule}\n }\n }\n`;
  expect(ask(rules + filter('policy drop;', 'policy accept;'), { interface: 'eth0' }).result).toBe(expected);
});
