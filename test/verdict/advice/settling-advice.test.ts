import { expect, test } from 'vitest';
import type { Reason } from '../../../src/firewall/model/reason.ts';
import { settlingSteps, type Unsettled } from '../../../src/verdict/advice/settling-advice.ts';
import { stepText } from '../../../src/verdict/findings/step.ts';
import { siteFromYaml } from '../../../src/site/site-from-yaml.ts';

const SITE = siteFromYaml(
  'hosts: { maps-a: { address: 10.20.0.11, instances: 1 } }\npeers: { client: [10.30.0.0/16] }\n',
  'vwaudit.yaml',
);

const BASE: Unsettled = {
  ...{ reasons: [], conditions: [], site: SITE, host: SITE.hosts[0]!, as: 'client' },
  ...{
    witness: '10.30.0.1',
    argv: ['vwaudit', 'audit', 'fw.txt', '--site', 'vwaudit.yaml'],
    files: ['fw.txt'],
  },
  ...{ isCollected: false, isWindows: false },
};

const CHECK = '$ vwaudit check --site vwaudit.yaml --as client';
const COLLECTED = [
  '$ sudo vwaudit collect --out machine.json',
  '$ vwaudit audit machine.json --site vwaudit.yaml',
];

/** The commands of the advice: nothing is left to fill in. */
const commands = (known: Partial<Unsettled>): readonly string[] =>
  settlingSteps({ ...BASE, ...known })
    .map(stepText)
    .filter((line) => line.startsWith('$ '));

const because = (...reasons: readonly Reason[]): readonly string[] => commands({ reasons });

test.each([
  ['a MAC address', because({ code: 'link-layer' }), [CHECK]],
  ['a bridge port', because({ code: 'bridge-port' }), [CHECK]],
  ['a VLAN tag', because({ code: 'vlan-tag' }), [CHECK]],
  [
    'frames that no rule of IP sees',
    because({ code: 'frames-not-seen' }),
    [
      '$ sudo modprobe br_netfilter',
      '$ sudo sysctl -w net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1',
      ...COLLECTED,
    ],
  ],
  ['a route', because({ code: 'no-route', to: null }), ['$ ip route get 10.30.0.1', ...COLLECTED]],
  [
    'a route to the host',
    because({ code: 'no-route', to: '10.21.0.11' }),
    ['$ ip route get 10.21.0.11', ...COLLECTED],
  ],
  [
    'forwarding that is off',
    because({ code: 'not-forwarding', family: 4, settings: ['net.ipv4.ip_forward'] }),
    ['$ sudo sysctl -w net.ipv4.ip_forward=1', ...COLLECTED],
  ],
  [
    'forwarding that nobody collected',
    because({ code: 'not-forwarding', family: 4, settings: [] }),
    ['$ vwaudit audit fw.txt --site vwaudit.yaml --forwarding', ...COLLECTED],
  ],
  [
    'a policy of IPsec that drops',
    because({ code: 'ipsec-policy', policy: 'dir in src 10.30.0.0/16 dst 10.20.0.11', does: 'block' }),
    ['$ sudo ip xfrm policy delete dir in src 10.30.0.0/16 dst 10.20.0.11', ...COLLECTED],
  ],
  [
    'a default policy of IPsec that drops',
    because({ code: 'ipsec-policy', policy: 'default in', does: 'block' }),
    ['$ sudo ip xfrm policy setdefault in accept', ...COLLECTED],
  ],
  [
    'a policy that asks for IPsec',
    because({ code: 'ipsec-policy', policy: 'dir in src 10.30.0.0/16 dst 10.20.0.11', does: 'require' }),
    [CHECK],
  ],
  [
    'an interface that is down',
    because({ code: 'interface-down', interface: 'eth1' }),
    ['$ sudo ip link set eth1 up', ...COLLECTED],
  ],
  [
    'an interface without IPv6',
    because({ code: 'ipv6-off', interface: 'eth1.7' }),
    ['$ sudo sysctl -w net.ipv6.conf.eth1/7.disable_ipv6=0', ...COLLECTED],
  ],
  [
    'a routing rule',
    because({ code: 'routing-rule', rule: '10: from all fwmark 0x1 lookup 7', family: 4 }),
    [CHECK, '$ sudo ip -4 rule delete priority 10', ...COLLECTED],
  ],
  [
    'a reverse path test',
    because({ code: 'reverse-path', from: ['10.30.0.0/16'], interface: 'eth1', routed: 'eth0' }),
    ['$ vwaudit audit fw.txt --site vwaudit.yaml --interface 10.30.0.0/16=eth0'],
  ],
  [
    'the program that listens',
    because({ code: 'listener-program', program: 'C:\\viz\\viz.exe' }),
    [`$ vwaudit audit fw.txt --site vwaudit.yaml --program "C:\\viz\\viz.exe"`],
  ],
  [
    'one of many programs, in a profile',
    commands({
      reasons: ['a', 'b', 'c', 'd'].map((name) => ({ code: 'listener-program', program: `C:\\${name}.exe` })),
      conditions: [{ kind: 'profile', names: ['private'] }],
    }),
    [
      `$ vwaudit audit fw.txt --site vwaudit.yaml --profile private --program "C:\\Program Files\\Vizrt\\VizWorld\\vizworld.exe"`,
    ],
  ],
  [
    'a file that is missing comes before the profile',
    commands({
      reasons: [{ code: 'store-not-given', store: 'local' }],
      conditions: [{ kind: 'profile', names: ['private'] }],
    }),
    [
      '$ reg export "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy" local.reg',
      '$ vwaudit audit fw.txt --site vwaudit.yaml --profile private',
    ],
  ],
  [
    'a set that is not given',
    because({ code: 'set-not-given', set: 'viz' }),
    ['$ sudo ipset save -file sets.ipset', '$ vwaudit audit sets.ipset fw.txt --site vwaudit.yaml'],
  ],
  [
    'the subnets of the computer',
    because({ code: 'address-keyword', keyword: 'LocalSubnet' }),
    ['$ vwaudit audit fw.txt --site vwaudit.yaml --local-subnet 10.20.0.0/24'],
  ],
  [
    'the network profile',
    commands({ conditions: [{ kind: 'profile', names: ['private', 'domain'] }] }),
    ['$ vwaudit audit fw.txt --site vwaudit.yaml --profile private'],
  ],
  ['a mark', commands({ conditions: [tested('host', { code: 'mark' })] }), COLLECTED],
  [
    'a mark on a machine that was collected',
    commands({ conditions: [tested('host', { code: 'mark' })], isCollected: true }),
    [CHECK],
  ],
  ['what nobody can state', commands({ conditions: [tested('clock', { code: 'time-of-day' })] }), []],
])('%s: what settles it, to paste', (_, lines, expected) => {
  expect(lines).toEqual(expected);
});

function tested(
  dimension: 'host' | 'clock',
  reason: Reason,
): Extract<Unsettled['conditions'][number], { kind: 'test' }> {
  return { kind: 'test', dimension, text: '', reason, holds: true, isPlain: null, rule: null };
}
