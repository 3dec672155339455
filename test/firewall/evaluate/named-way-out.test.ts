import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// A published port: where DNAT leads, no ruleset says by which interface, unless the rules for that address name one.

function ask(...forward: readonly string[]) {
  const text = [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    '-A PREROUTING -d 10.0.0.1/32 -p tcp -m tcp --dport 102 -j DNAT --to-destination 172.17.0.2:102',
    'COMMIT',
    '*filter',
    ':FORWARD DROP [0:0]',
    '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    ...forward,
    'COMMIT',
  ].join('\n');
  const machine = firewall(parseRulesets([{ text, file: 'x.rules', dialect: 'iptables' }]));
  const sources = [parsePrefix('10.30.0.5', 'from')];
  const destination = parseAddress('10.0.0.1', 'to');
  return evaluate(
    machine,
    flowQuestion({
      sources,
      destination,
      transport: 'tcp',
      port: 102,
      interface: 'eth0',
      isForwarding: true,
    }),
  );
}

const TO_CONTAINER = '-A FORWARD -d 172.17.0.2/32 -o docker0 -p tcp -m tcp --dport 102 -j ACCEPT';

test('the rule that accepts the address names the way', () => {
  const { result, assumptions } = ask(TO_CONTAINER);
  expect(result).toBe('allowed');
  expect(assumptions).toContain(
    'packets to 172.17.0.2 leave by docker0, the interface that the rules accept them on',
  );
});

test.each<[string, readonly string[], string]>([
  ['no rule names it', ['-A FORWARD -o docker0 -j ACCEPT'], 'undecided'],
  ['rules disagree', [TO_CONTAINER, '-A FORWARD -d 172.17.0.2/32 -o eth9 -j ACCEPT'], 'undecided'],
  // Keeps private addresses off an uplink: that they leave by it is just what it does not say.
  [
    'a refusal says nothing',
    ['-A FORWARD -d 172.17.0.2/32 -o docker0 -j DROP', '-A FORWARD -j ACCEPT'],
    'undecided',
  ],
  ['a wider network says nothing', ['-A FORWARD -d 172.17.0.0/16 -o docker0 -j ACCEPT'], 'undecided'],
  ['a pattern says nothing', ['-A FORWARD -d 172.17.0.2/32 -o docker+ -j ACCEPT'], 'undecided'],
  ['any way will do', ['-A FORWARD -d 172.17.0.2/32 -j ACCEPT'], 'allowed'],
])('%s', (_, forward, result) => {
  expect(ask(...forward).result).toBe(result);
});
