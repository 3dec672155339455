import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall, type Firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { Access } from '../../../src/firewall/proof/access.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { holds } from '../../../src/net/interval-set.ts';
import { toBound } from '../../../src/net/address-set.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

/** Clients led to hosts and ports that some of the rules tell apart. */
const machine = (rules: readonly string[]): Firewall => {
  const text = [
    ...['*nat', ':PREROUTING ACCEPT [0:0]'],
    ...Array.from({ length: 80 }, (_, nth) => {
      const to = nth % 9 === 0 ? '10.20.0.11' : `10.99.0.${nth % 20}`;
      const port = nth % 4 === 0 ? '' : `:${100 + (nth % 7)}`;
      return nth % 11 === 0
        ? `-A PREROUTING -s 10.30.0.${nth} -p tcp -j REDIRECT --to-ports ${100 + (nth % 7)}`
        : `-A PREROUTING -s 10.30.0.${nth} -p tcp -j DNAT --to-destination ${to}${port}`;
    }),
    ...['COMMIT', '*filter', ':INPUT DROP [0:0]', ':FORWARD DROP [0:0]'],
    '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    ...rules,
    'COMMIT\n',
  ].join('\n');
  return firewall(parseRulesets([{ text, file: 'x', dialect: 'iptables' }]));
};

test.each<[string, readonly string[]]>([
  ['all', ['-A INPUT -j ACCEPT', '-A FORWARD -j ACCEPT']],
  ['by address', ['-A FORWARD -d 10.99.0.0/29 -j ACCEPT', '-A INPUT -p tcp --dport 102 -j ACCEPT']],
  ['by port', ['-A FORWARD -p tcp --dport 102:104 -j ACCEPT', '-A INPUT -p tcp --dport 100:101 -j ACCEPT']],
  [
    'but one',
    ['-A FORWARD -d 10.99.0.7 -j DROP', '-A FORWARD -j ACCEPT', '-A INPUT -p tcp ! --dport 103 -j ACCEPT'],
  ],
  ['answers too', ['-A FORWARD -s 10.99.0.5 -j DROP', '-A FORWARD -d 10.99.0.0/16 -j ACCEPT']],
  ['by original port', ['-A FORWARD -m conntrack --ctorigdstport 102 --ctreplsrc 10.99.0.3 -j ACCEPT']],
])('together sources fare as each of them alone: what is accepted is %s', (_, rules) => {
  const ofMany = accessProver(machine(rules));
  const ofOne = accessProver(machine(rules));
  for (const hook of ['input', 'forward'] as const) {
    const asked: Omit<Access, 'permitted'> = {
      ...{ expected: 'reachable', hook, transport: 'tcp', port: 102, interface: 'v9', outInterface: null },
      destinations: [parseAddress('10.20.0.11', 'host')],
      selfAddresses: [],
      isForwarding: { 4: true, 6: null },
      otherAddresses: [parseAddress('10.99.0.4', 'host')],
    };
    const everybody = parsePrefix('0.0.0.0/0', 'everybody');
    const many = ofMany({ ...asked, permitted: [everybody] });
    for (let nth = 1; nth < 80; nth++) {
      const source = parseAddress(`10.30.0.${nth}`, 'client');
      const one = ofOne({ ...asked, permitted: [parsePrefix(`10.30.0.${nth}`, 'client')] });
      for (const kind of ['allowed', 'blocked', 'undecided'] as const)
        expect([hook, nth, kind, holds(many?.proof[kind][4] ?? [], toBound(source))]).toEqual([
          hook,
          nth,
          kind,
          holds(one?.proof[kind][4] ?? [], toBound(source)),
        ]);
    }
  }
});
