import { expect, test } from 'vitest';
import { neighbourSteps } from '../../../src/verdict/advice/neighbour-advice.ts';
import { stepText } from '../../../src/verdict/findings/step.ts';
import type { TraceEntry } from '../../../src/firewall/netfilter/trace/trace-entry.ts';

const entry: TraceEntry = {
  ...{ file: 'a', line: 3, family: 'inet', table: 'viz', hook: 'input', type: 'filter', base: 'input' },
  ...{
    chain: 'later',
    handle: null,
    actions: ['drop'],
    kind: 'rule',
    rule: 'drop',
    effect: 'drop',
    reasons: [],
  },
  direction: 'neighbour-solicitation',
};

test.each([
  [{}, ["nft 'insert rule inet viz input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'"]],
  [
    { direction: 'arp-reply', family: 'arp', table: 'filter', base: 'output', hook: 'output' },
    ["nft 'insert rule arp filter output arp operation { request, reply } accept'"],
  ],
  [
    { direction: 'arp-request', family: 'netdev', hook: 'ingress', base: 'in' },
    ["nft 'insert rule netdev viz in meta protocol arp accept'"],
  ],
  [
    { family: 'ip6', table: 'raw', base: 'PREROUTING', hook: 'prerouting' },
    [
      'ip6tables -t raw -I PREROUTING -p ipv6-icmp --icmpv6-type neighbour-solicitation -j ACCEPT',
      'ip6tables -t raw -I PREROUTING -p ipv6-icmp --icmpv6-type neighbour-advertisement -j ACCEPT',
    ],
  ],
  // A name that a shell would read otherwise is never a part of a command.
  [{ table: "v'; reboot #" }, []],
  [{ direction: 'request' }, []],
] as const)('%o', (given, commands) => {
  const steps = neighbourSteps({ ...entry, ...given }, { language: 'nft' }).map(stepText);
  expect(steps.filter((step) => step.startsWith('$ '))).toEqual(commands.map((command) => `$ ${command}`));
});

test('the back end of iptables that has the rule', () => {
  const drop = { ...entry, family: 'ip6', table: 'filter', base: 'INPUT' } as const;
  const steps = neighbourSteps(drop, { language: 'iptables', backEnd: 'legacy' }).map(stepText);
  expect(steps[1]).toMatch(/^\$ ip6tables-legacy -I INPUT /);
});
