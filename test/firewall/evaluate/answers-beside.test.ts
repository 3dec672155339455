import { expect, test } from 'vitest';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { FlowQuestion } from '../../../src/firewall/model/question.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// Destination NAT to a machine on the client's own link: its answers go past this one.

const nat = (dnat: string, after = ''): string =>
  `table ip n { chain p { type nat hook prerouting priority -100; ${dnat}\n }\n chain q { type nat hook postrouting priority 100; ${after}\n }\n }\n`;
const DNAT = nat('tcp dport 102 dnat to 10.61.7.20');
const [LINK, ELSEWHERE] = ['10.61.0.0/16', '10.62.0.0/16'].map((text) => [parsePrefix(text, 'link')]);

function ask(rules: string, source: string, asked: Partial<FlowQuestion> = {}) {
  const machine = firewall(parseRulesets([{ text: rules, file: 'x', dialect: 'nft' }]));
  const packet = parsePacket(`tcp ${source} > 10.61.0.1:102`, asked.hook ?? 'input');
  return evaluate(machine, { ...packet, isForwarding: true, isEverySelfKnown: true, ...asked });
}

test.each([
  ['on the link that was collected', DNAT, '10.61.0.5', { linkNetworks: LINK! }, 'depends'],
  ['on another one', DNAT, '10.30.0.5', { linkNetworks: LINK! }, 'allowed'],
  ['near it, but on no link of it', DNAT, '10.61.0.5', { linkNetworks: ELSEWHERE! }, 'allowed'],
  ['the same on a gateway', DNAT, '10.61.0.5', { linkNetworks: LINK!, hook: 'forward' as const }, 'depends'],
  ['near it, where nobody knows the links', DNAT, '10.61.0.5', {}, 'depends'],
  ['far from it', DNAT, '10.30.0.5', {}, 'allowed'],
  [
    'with source NAT',
    nat('tcp dport 102 dnat to 10.61.7.20', 'masquerade'),
    '10.61.0.5',
    { linkNetworks: LINK! },
    'allowed',
  ],
  [
    'as Docker publishes',
    nat('iifname != "docker0" tcp dport 102 dnat to 10.61.7.20'),
    '10.61.0.5',
    {},
    'allowed',
  ],
  ['to whoever must be kept out', DNAT, '10.61.0.5', { sender: 'anybody' as const }, 'allowed'],
])('%s', (_, rules, source, asked, expected) => {
  expect(ask(rules, source, asked).resultByCase).toBe(expected);
});

test('that the answers of others come back is said', () => {
  expect(ask(DNAT, '10.30.0.5').assumptions).toContain(
    'answers of 10.61.7.20 come back through this machine',
  );
});
