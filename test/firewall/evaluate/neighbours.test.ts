import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { Links } from '../../../src/firewall/netfilter/machine/links.ts';
import type { Proof } from '../../../src/firewall/proof/proof.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// What finds the neighbours of a flow on its way; test/kernel/neighbours.test.ts holds the same against real packets.

const machine = (text: string, file = 'rules.nft', links: Links | null = null) =>
  firewall(parseRulesets([{ file, text, dialect: null }]), links);

function ask(
  text: string,
  asked: Partial<FlowQuestion> & {
    readonly from?: string;
    readonly to?: string;
    readonly links?: Links;
  } = {},
): Proof {
  const { from = 'fd00:30::5', to = 'fd00:20::11', links = null, ...rest } = asked;
  return evaluate(
    machine(text, 'rules.nft', links),
    flowQuestion({
      sources: [parsePrefix(from, 'from')],
      destination: parseAddress(to, 'to'),
      transport: 'tcp',
      port: 102,
      interface: 'eth0',
      ...rest,
    }),
  );
}

const server = (...rules: readonly string[]): string =>
  `table inet t { chain i { type filter hook input priority filter; policy drop;
    ct state established,related accept
    tcp dport 102 accept
    ${rules.join('\n    ')}
  }; }`;
const on = (hook: string, ...rules: readonly string[]): string =>
  `table inet t { chain c { type filter hook ${hook} priority filter; ${rules.join('; ')}; }; }`;
const SOLICIT = 'icmpv6 type nd-neighbor-solicit';
const ADVERT = 'icmpv6 type nd-neighbor-advert';

describe('IPv6, rules on the server', () => {
  test.each([
    ['nothing of ICMPv6', server(), 'blocked'],
    ['echo requests alone', server('icmpv6 type echo-request accept'), 'blocked'],
    ['advertisements alone', server(`${ADVERT} accept`), 'blocked'],
    ['all of ICMPv6', server('meta l4proto ipv6-icmp accept'), 'allowed'],
    ['both messages', server('icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'), 'allowed'],
    ['both by their numbers', server('icmpv6 type 135-136 accept'), 'allowed'],
    // A router that is known by its global address has to be asked for it.
    ['solicitations alone', server(`${SOLICIT} accept`), 'undecided'],
    ['what is untracked', server('ct state untracked accept'), 'allowed'],
    ['invalid ones dropped before', server('ct state invalid drop', 'meta l4proto 58 accept'), 'allowed'],
    ['from the link alone', server('ip6 saddr fe80::/10 meta l4proto 58 accept'), 'undecided'],
    ['from global addresses alone', server('ip6 saddr fd00::/16 meta l4proto 58 accept'), 'undecided'],
    ['with a hop limit of 255', server('ip6 hoplimit 255 meta l4proto 58 accept'), 'allowed'],
    ['with another hop limit', server('ip6 hoplimit 64 meta l4proto 58 accept'), 'blocked'],
    ['to many', server('meta pkttype multicast accept', `${ADVERT} accept`), 'allowed'],
    ['to one', server('meta pkttype host meta l4proto 58 accept'), 'blocked'],
    ['to multicast addresses', server('fib daddr type multicast accept', `${ADVERT} accept`), 'allowed'],
    ['by this interface', server('iifname "eth0" meta l4proto 58 accept'), 'allowed'],
    ['by another interface', server('iifname "eth1" meta l4proto 58 accept'), 'blocked'],
    ['now and then', server('limit rate 5/second meta l4proto 58 accept'), 'undecided'],
    ['no answer goes out', on('output', `${ADVERT} drop`), 'blocked'],
    ['no question goes out', on('output', `${SOLICIT} drop`), 'undecided'],
    ['no question leaves', on('postrouting', `${ADVERT} drop`), 'blocked'],
    [
      'dropped before conntrack',
      on('prerouting', `ct state untracked ${SOLICIT} drop`).replace('priority filter', 'priority -300'),
      'allowed',
    ],
    [
      'dropped where it comes in',
      'table netdev n { chain c { type filter hook ingress device "eth0" priority 0; meta l4proto 58 drop; }; }',
      'blocked',
    ],
    [
      'dropped at another device',
      'table netdev n { chain c { type filter hook ingress device "eth1" priority 0; meta l4proto 58 drop; }; }',
      'allowed',
    ],
    [
      'dropped on a bridge',
      'table bridge b { chain c { type filter hook input priority 0; meta l4proto 58 drop; }; }',
      'undecided',
    ],
  ])('%s', (_, text, result) => {
    expect(ask(text).result).toBe(result);
  });

  test('a client with a link-local address is on the link', () => {
    const rules = server('ip6 saddr fe80::/10 meta l4proto 58 accept');
    expect(ask(rules, { from: 'fe80::5', to: 'fe80::11' }).result).toBe('allowed');
    expect(
      ask(server('ip6 saddr fd00::/16 meta l4proto 58 accept'), { from: 'fe80::5', to: 'fe80::11' }).result,
    ).toBe('blocked');
  });

  test('what the machine says to itself, what exists already and neighbours that are known need none', () => {
    expect(ask(server('iifname lo accept'), { from: '::1', interface: null }).result).toBe('allowed');
    expect(ask(server(), { state: 'established' }).result).toBe('allowed');
    expect(ask(server(), { neighbours: 'known' }).result).toBe('allowed');
  });

  test('IPv4 needs no neighbour discovery', () => {
    expect(ask(server(), { from: '10.30.0.5', to: '10.20.0.11' }).result).toBe('allowed');
  });
});

test.each([
  ['-p ipv6-icmp -j ACCEPT', 'allowed'],
  [
    '-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT',
    'allowed',
  ],
  [
    '-p ipv6-icmp -m icmp6 --icmpv6-type neighbour-solicitation -m hl --hl-eq 255 -j ACCEPT\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type neighbor-advertisement -m hl --hl-gt 254 -j ACCEPT',
    'allowed',
  ],
  ['-p ipv6-icmp -m icmp6 --icmpv6-type 135/1 -j ACCEPT', 'undecided'],
  ['-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT', 'blocked'],
  ['-m conntrack --ctstate UNTRACKED -j ACCEPT', 'allowed'],
  ['-m conntrack --ctstate NEW -j ACCEPT', 'blocked'],
])('ip6tables -A INPUT %s', (rule, result) => {
  const text = `# Generated by ip6tables-save v1.8.9\n*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 102 -j ACCEPT\n-A INPUT ${rule}\nCOMMIT\n`;
  expect(ask(text).result).toBe(result);
});

describe('IPv6, rules on the client and on a gateway', () => {
  test.each([
    ['output', on('output', `${SOLICIT} drop`), 'blocked'],
    ['output', on('input', `${ADVERT} drop`), 'blocked'],
    ['output', on('input', `${SOLICIT} drop`), 'undecided'],
    ['output', on('output', `${ADVERT} drop`), 'undecided'],
    ['forward', on('input', `iifname eth0 ${SOLICIT} drop`), 'blocked'],
    ['forward', on('output', `oifname eth0 ${ADVERT} drop`), 'blocked'],
    ['forward', on('output', `oifname eth1 ${SOLICIT} drop`), 'blocked'],
    ['forward', on('output', `oifname eth1 ip6 saddr fe80::/10 ${SOLICIT} drop`), 'blocked'],
    ['forward', on('output', `oifname eth1 ip6 saddr fd00::/16 ${SOLICIT} drop`), 'allowed'],
    ['forward', on('input', `iifname eth1 ${ADVERT} drop`), 'blocked'],
    ['forward', on('input', `iifname eth1 ${SOLICIT} drop`), 'undecided'],
    ['forward', on('forward', 'meta l4proto 58 drop'), 'allowed'],
  ] as const)('hook %s: %s', (hook, text, result) => {
    expect(ask(text, { hook, outInterface: hook === 'forward' ? 'eth1' : null }).result).toBe(result);
  });
});

describe('ARP', () => {
  const arp = (hook: string, rules: string, policy = 'accept'): string =>
    `table arp a { chain c { type filter hook ${hook} priority 0; policy ${policy}; ${rules} }; }
table ip t { chain c { type filter hook input priority 0; policy accept; }; }`;
  const netdev = (rule: string): string =>
    `table netdev n { chain c { type filter hook ingress device "eth0" priority 0; ${rule}; }; }`;
  test.each([
    [arp('input', '', 'drop'), 'blocked'],
    [arp('input', 'arp operation request accept;', 'drop'), 'undecided'],
    [arp('input', 'arp operation { request, reply } accept;', 'drop'), 'allowed'],
    [arp('output', 'arp operation reply drop;'), 'blocked'],
    [arp('output', 'arp operation request drop;'), 'undecided'],
    [arp('input', 'arp saddr ip 10.30.0.5 arp operation request drop;'), 'undecided'],
    [arp('input', 'arp saddr ether 02:00:00:00:00:01 drop;'), 'undecided'],
    [netdev('ether type arp drop'), 'blocked'],
    [netdev('meta protocol != ip drop'), 'blocked'],
    [netdev('meta protocol ip6 drop'), 'allowed'],
    [
      'table inet n { chain c { type filter hook ingress device "eth0" priority 0; policy drop; meta protocol ip accept; }; }',
      'allowed',
    ],
  ])('%s', (text, result) => {
    expect(ask(text, { from: '10.30.0.5', to: '10.20.0.11' }).result).toBe(result);
  });
});

describe('a machine of several links: who sends to an address of another link asks for the next hop', () => {
  const links = (addresses: Readonly<Record<string, readonly string[]>>): Links => ({
    lower: new Map(),
    bridges: new Map(),
    masters: new Map(),
    addresses: new Map(
      Object.entries(addresses).map(([name, own]) => [name, own.map((one) => parseAddress(one, 'own'))]),
    ),
  });
  const onDestination = links({ eth0: ['fd00:20::11', '10.20.0.11'] });
  const onAnother = links({ eth0: ['fd00:40::22', '10.40.0.22'] });
  const arp = (rule: string): string =>
    `table arp a { chain c { type filter hook input priority 0; policy accept; ${rule}; }; }
table ip t { chain c { type filter hook input priority 0; policy accept; }; }`;

  test.each([
    [
      'for its group',
      server('ip6 daddr ff02::1:ff00:11 accept', `${ADVERT} accept`),
      'undecided',
      'allowed',
      'blocked',
    ],
    [
      'for another',
      server('ip6 daddr ff02::1:ff00:22 accept', `${ADVERT} accept`),
      'undecided',
      'blocked',
      'allowed',
    ],
    [
      'its answer',
      on('output', 'ip6 saddr fd00:20::/64 meta l4proto 58 drop'),
      'undecided',
      'blocked',
      'allowed',
    ],
    [
      'the answer of another',
      on('output', `ip6 saddr fd00:40::/64 ${ADVERT} drop`),
      'undecided',
      'allowed',
      'blocked',
    ],
    [
      'its question',
      on('output', `ip6 saddr fe80::/10 ${SOLICIT} drop`),
      'undecided',
      'allowed',
      'undecided',
    ],
    ['for all', server('meta l4proto 58 accept'), 'allowed', 'allowed', 'allowed'],
  ] as const)('IPv6, %s', (_, text, unknown, there, elsewhere) => {
    expect(ask(text).result).toBe(unknown);
    expect(ask(text, { links: onDestination }).result).toBe(there);
    expect(ask(text, { links: onAnother }).result).toBe(elsewhere);
  });

  test.each([
    [arp('arp daddr ip 10.20.0.11 drop'), 'undecided', 'blocked'],
    [arp('arp daddr ip 10.40.0.22 drop'), 'undecided', 'allowed'],
  ] as const)('%s', (text, unknown, there) => {
    const flow = { from: '10.30.0.5', to: '10.20.0.11' };
    expect(ask(text, flow).result).toBe(unknown);
    expect(ask(text, { ...flow, links: onDestination }).result).toBe(there);
    // With a single address it is asked for that, wherever it has it.
    const single = { selfAddresses: [parseAddress('10.20.0.11', 'self')], isEverySelfKnown: true };
    expect(ask(text, { ...flow, ...single }).result).toBe(there);
  });

  test('the path says on what it depends', () => {
    const [first] = ask(on('output', 'ip6 saddr fd00:20::/64 meta l4proto 58 drop')).trace;
    expect(first).toMatchObject({ direction: 'neighbour-advertisement', effect: 'undecided' });
    expect(first?.reasons).toMatchObject([
      { code: 'drops-neighbour-message', needed: 'asked-for-destination' },
    ]);
  });

  test.each([
    [`ip6 saddr fe80::/10 ${SOLICIT} drop`, 'undecided'],
    [`ip6 saddr fd00:30::/64 ${SOLICIT} drop`, 'undecided'],
    [`${SOLICIT} drop`, 'blocked'],
  ])('what it sends itself: %s', (rule, result) => {
    expect(ask(on('output', rule), { hook: 'output' }).result).toBe(result);
  });
});

describe('where NAT leads to another machine, that has to be found too', () => {
  const led = (rules: string, nat = 'dnat ip6 to fd00:50::7'): string =>
    `table ip6 n { chain c { type nat hook prerouting priority dstnat; tcp dport 102 ${nat}; }; }\n${rules}`;
  const asked = {
    isForwarding: true,
    otherAddresses: [parseAddress('fd00:50::7', 'other')],
  };
  const forwarded =
    'table ip6 f { chain f { type filter hook forward priority 0; oifname "eth1" accept; }; }';
  test.each([
    [on('input', `${ADVERT} drop`), 'blocked'],
    [on('input', `iifname "eth1" drop`), 'undecided'],
    [on('input', `iifname "eth0" ${ADVERT} drop`), 'undecided'],
    [on('output', `${SOLICIT} drop`), 'blocked'],
    [on('output', `ip6 saddr fe80::/10 ${SOLICIT} drop`), 'blocked'],
    [on('output', `ip6 saddr fd00::/16 ${SOLICIT} drop`), 'undecided'],
    [on('output', `ip6 daddr ff02::1:ff00:7 drop`), 'undecided'],
    [on('forward', 'meta l4proto 58 drop'), 'allowed'],
    [forwarded, 'allowed'],
  ])('%s', (rules, result) => {
    expect(ask(led(rules), asked).result).toBe(result);
  });

  test('a source that NAT gives is asked from, where it is one of the interface', () => {
    const masquerade =
      'table ip6 m { chain c { type nat hook postrouting priority srcnat; tcp dport 102 masquerade; }; }';
    const rule = on('output', `ip6 saddr fe80::/10 ${SOLICIT} drop`);
    expect(ask(led(`${rule}\n${masquerade}`), asked).result).toBe('undecided');
  });

  test('what may be led there or not is undecided', () => {
    const rules = led(
      on('input', `${ADVERT} iifname "eth1" drop`),
      'numgen random mod 2 0 dnat ip6 to fd00:50::7',
    );
    expect(ask(rules, asked).result).not.toBe('allowed');
  });

  test('without it no ruleset of hook forward, or of ip6tables, gets through', () => {
    const save = `# Generated by ip6tables-save v1.8.9
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 102 -j DNAT --to-destination fd00:50::7
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT
COMMIT
`;
    expect(ask(save, asked).result).toBe('blocked');
    const hostAddresses = [parseAddress('fd00:50::7', 'host')];
    expect(ask(save, { hook: 'forward', hostAddresses, outInterface: 'eth9' }).result).toBe('blocked');
    expect(ask(save.replace('INPUT DROP', 'INPUT ACCEPT'), asked).result).toBe('allowed');
  });

  test('ARP', () => {
    const text = `table ip n { chain c { type nat hook prerouting priority dstnat; tcp dport 102 dnat to 10.50.0.7; }; }
table arp a { chain i { type filter hook input priority 0; policy accept; RULE; }; }
table ip f { chain f { type filter hook input priority 0; policy accept; }; }`;
    const flow = { from: '10.30.0.5', to: '10.20.0.11', isForwarding: true } as const;
    const other = { otherAddresses: [parseAddress('10.50.0.7', 'other')] };
    const result = (rule: string): string => ask(text.replace('RULE', rule), { ...flow, ...other }).result;
    expect(result('arp operation reply drop')).toBe('blocked');
    expect(result('iifname "eth1" drop')).toBe('undecided');
    expect(result('arp saddr ip 10.50.0.7 drop')).toBe('undecided');
    expect(result('arp operation reply arp saddr ip 10.30.0.0/16 drop')).toBe('undecided');
  });
});

test('the path shows the message that is dropped, and ends there', () => {
  expect(ask(server()).trace).toMatchObject([
    { direction: 'neighbour-solicitation', chain: 'i', rule: 'policy drop', effect: 'drop' },
  ]);
  expect(ask(server()).assumptions.join()).toContain('neighbour discovery');
  expect(ask(server('meta l4proto 58 accept')).assumptions.join()).not.toContain('neighbour discovery');
});

test('what differs between a client on the link and one beyond a router says so', () => {
  const [first] = ask(server('ip6 saddr fe80::/10 meta l4proto 58 accept')).trace;
  expect(first).toMatchObject({ direction: 'neighbour-solicitation', effect: 'undecided' });
  expect(first?.reasons).toMatchObject([{ code: 'drops-neighbour-message', needed: 'on-link' }]);
});

test('where the rules block a flow by themselves they are shown', () => {
  expect(ask(server(), { port: 103 }).trace).toMatchObject([{ direction: 'request', effect: 'drop' }]);
});

test('nobody is kept out by a lack of neighbour discovery alone', () => {
  const prove = accessProver(machine(server()));
  const access = {
    transport: 'tcp',
    port: 102,
    hook: 'input',
    interface: 'eth0',
    permitted: [],
    destinations: [parseAddress('fd00:20::11', 'to')],
    selfAddresses: [],
  } as const;
  const forbidden = prove({ ...access, expected: 'blocked' })?.proof;
  expect(forbidden?.result).toBe('undecided');
  expect(forbidden?.assumptions.join()).not.toContain('neighbour discovery');
  const required = prove({
    ...access,
    expected: 'reachable',
    permitted: [parsePrefix('::/0', 'from')],
  })?.proof;
  expect(required?.result).toBe('blocked');
  expect(required?.assumptions.join()).toContain('neighbour discovery');
});

test.each([
  ['postrouting', 'ip6 hoplimit set 64', 'blocked'],
  ['postrouting', 'ip6 hoplimit set 255', 'allowed'],
  ['prerouting', 'ip6 hoplimit set 64', 'blocked'],
  ['postrouting', 'tcp sport 102 ip6 hoplimit set 64', 'allowed'],
])('the hop limit of neighbour discovery is 255: %s %s', (hook, rule, expected) => {
  const text = `table ip6 m { chain c { type filter hook ${hook} priority mangle; policy accept; ${rule}\n }\n }`;
  const machine = firewall(parseRulesets([{ text, file: 'x', dialect: 'nft' }]));
  const question = parsePacket('tcp [fd00:30::5] > [fd00:20::11]:102', 'input');
  expect(evaluate(machine, question).result).toBe(expected);
});

test('ip6tables sets the hop limit of neighbour discovery, too', () => {
  const save = (rule: string): string =>
    `# Generated by ip6tables-save v1.8.9\n*mangle\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
  const result = (rule: string): string => {
    const machine = firewall(parseRulesets([{ text: save(rule), file: 'x', dialect: null }]));
    return evaluate(machine, parsePacket('tcp [fd00:30::5] > [fd00:20::11]:102', 'input')).result;
  };
  expect(result('-A POSTROUTING -j HL --hl-set 64')).toBe('blocked');
  expect(result('-A POSTROUTING -j HL --hl-inc 1')).toBe('undecided');
  expect(result('-A POSTROUTING -p tcp -j HL --hl-set 64')).toBe('allowed');
});
