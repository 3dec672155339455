import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import { parseIptables } from '../../../src/firewall/languages/iptables/save-file/parse.ts';
import { parseAddress, type Address } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// Ways through the machine that NAT turns: each was found by asking the kernel (test/kernel/differential.test.ts).

const SELF = parseAddress('10.0.0.1', 'self');
const AWAY = parseAddress('10.9.0.1', 'away');

interface Asked extends Partial<Pick<FlowQuestion, 'hook' | 'transport' | 'interface' | 'outInterface'>> {
  readonly from?: string;
  readonly to?: typeof SELF;
}

/** What becomes of packets to port 10100. */
function resultOf(rules: string, { from = '10.0.0.1', to = AWAY, ...asked }: Asked): string {
  const tables = rules
    .trim()
    .split(/(?=\*)/)
    .map((table) => `${table.trim().replaceAll(/^ +/gm, '')}\nCOMMIT\n`)
    .join('');
  const machine = firewall([parseIptables(tables, { file: 'x', family: 4, sets: new Map() })]);
  return evaluate(
    machine,
    flowQuestion({
      transport: 'tcp',
      port: 10100,
      sources: [parsePrefix(from, 'from')],
      destination: to,
      selfAddresses: [SELF],
      isEverySelfKnown: true,
      servedBy: 'anyone',
      ...asked,
    }),
  ).result;
}

describe('what this machine sends is turned back to it', () => {
  const redirect = '*nat\n:OUTPUT ACCEPT\n-A OUTPUT -p tcp -j REDIRECT --to-ports 102';

  test.each([
    ['it comes in by loopback', '*filter\n:INPUT ACCEPT\n-A INPUT -i lo -j DROP', 'blocked'],
    [
      'to the loopback address',
      '*filter\n:INPUT DROP\n-A INPUT -d 127.0.0.1 -j ACCEPT\n-A INPUT -s 10.9.0.1 -j ACCEPT',
      'allowed',
    ],
    ['under its new port', '*filter\n:INPUT DROP\n-A INPUT -p tcp --dport 10100 -j ACCEPT', 'blocked'],
    ['and is seen before it', '*raw\n:PREROUTING ACCEPT\n-A PREROUTING -i lo -j DROP', 'blocked'],
    [
      'its answer leaves here too',
      '*filter\n:OUTPUT ACCEPT\n-A OUTPUT -p tcp --sport 102 -j DROP',
      'blocked',
    ],
    [
      'the way out is the one asked for',
      '*filter\n:OUTPUT ACCEPT\n-A OUTPUT -o lo -p tcp --dport 102 -j DROP',
      'allowed',
    ],
  ])('%s', (_, rules, expected) => {
    expect(resultOf(`${redirect}\n${rules}`, { hook: 'output' })).toBe(expected);
  });

  test('DNAT to an address of its own does the same', () => {
    const rules = '*nat\n:OUTPUT ACCEPT\n-A OUTPUT -j DNAT --to-destination 10.0.0.1\n*filter\n:INPUT DROP';
    expect(resultOf(rules, { hook: 'output' })).toBe('blocked');
  });
});

test('what it sends to itself and NAT sends away leaves it', () => {
  const away = '*nat\n:OUTPUT ACCEPT\n-A OUTPUT -j DNAT --to-destination 10.9.0.1\n*filter\n:INPUT DROP\n';
  expect(resultOf(away, { to: SELF })).toBe('blocked');
  expect(
    resultOf(`${away}-A INPUT -i eth0 -s 10.9.0.1 -j ACCEPT\n-A INPUT -i lo -j ACCEPT`, { to: SELF }),
  ).toBe('undecided');
  expect(resultOf(`${away}-A INPUT -s 10.9.0.1 -j ACCEPT`, { to: SELF })).toBe('allowed');
  // An address of loopback leads nowhere there.
  expect(resultOf(`${away}-A INPUT -s 10.9.0.1 -j ACCEPT`, { to: SELF, from: '127.0.0.1' })).toBe(
    'undecided',
  );
});

test('where it is not known where DNAT leads, both ways count', () => {
  const rules =
    '*nat\n:PREROUTING ACCEPT\n-A PREROUTING -j DNAT --to-destination 10.0.0.1-10.0.0.2\n' +
    '*filter\n:INPUT DROP\n:FORWARD ACCEPT';
  expect(resultOf(rules, { to: SELF, from: '10.5.0.1' })).toBe('undecided');
});

test('an answer to what was never tracked is translated as a connection of its own', () => {
  const rules =
    '*raw\n:PREROUTING ACCEPT\n-A PREROUTING -j CT --notrack\n' +
    '*nat\n:OUTPUT ACCEPT\n-A OUTPUT -p udp -j DNAT --to-destination 10.9.0.9\n*filter\n:INPUT ACCEPT';
  expect(resultOf(rules, { to: SELF, from: '10.5.0.1', transport: 'udp' })).toBe('undecided');
});

test('an answer to a source that was translated on the way in goes to the other address first', () => {
  const nat = '*nat\n:INPUT ACCEPT\n-A INPUT -j SNAT --to-source 10.0.0.1\n';
  const raw = (match: string): string =>
    `*raw\n:OUTPUT ACCEPT\n-A OUTPUT ${match} -j DROP\n*filter\n:INPUT ACCEPT`;
  expect(resultOf(nat + raw('-d 10.5.0.1'), { to: SELF, from: '10.5.0.1' })).toBe('undecided');
  expect(resultOf(nat + raw('-s 10.5.0.1'), { to: SELF, from: '10.5.0.1' })).toBe('allowed');
});

test.each([
  ['-j SNAT --to-source 10.9.0.9', '127.0.0.1', 'undecided'],
  ['-j SNAT --to-source 10.9.0.9', '10.0.0.1', 'undecided'],
  ['-j NETMAP --to 10.9.0.0/24', '127.0.0.1', 'undecided'],
  ['-j SNAT --to-source 10.0.0.1', '127.0.0.1', 'allowed'],
  ['-j SNAT --to-source 127.0.0.9', '127.0.0.1', 'allowed'],
  ['-j MASQUERADE', '127.0.0.1', 'allowed'],
  ['-o eth0 -j SNAT --to-source 10.9.0.9', '127.0.0.1', 'allowed'],
])('what it sends to itself under another address (%s, from %s) is %s', (nat, from, expected) => {
  const rules = `*nat\n:POSTROUTING ACCEPT\n-A POSTROUTING ${nat}\n*filter\n:INPUT ACCEPT`;
  expect(resultOf(rules, { to: parseAddress(from, 'to'), from })).toBe(expected);
});

test('behind source NAT the new source is known, where the rule tells it', () => {
  const machine = (nat: string) =>
    firewall([
      parseNftText(
        `table inet t {\n chain n { type nat hook postrouting priority 100; ${nat}; }\n` +
          ' chain f { type filter hook postrouting priority 300; policy drop; ip saddr 10.0.0.7 accept; ip daddr 10.5.0.1 accept; }\n}\n',
        'x',
      ),
    ]);
  const ask = (nat: string, selfAddresses: readonly Address[] = []) =>
    evaluate(
      machine(nat),
      flowQuestion({
        ...{ transport: 'tcp', port: 10100, hook: 'forward', destination: AWAY },
        sources: [parsePrefix('10.5.0.1', 'from')],
        selfAddresses,
      }),
    ).result;
  expect(ask('snat ip to 10.0.0.7')).toBe('undecided');
  expect(ask('snat ip to 10.0.0.7', [parseAddress('10.0.0.7', 'self')])).toBe('allowed');
  expect(ask('snat ip to 10.0.0.8')).toBe('blocked');
  expect(ask('masquerade')).toBe('undecided');
  expect(ask('snat ip6 to fd00::7')).toBe('blocked');
});

test('a gateway is asked with the interface packets leave by', () => {
  const rules = '*filter\n:FORWARD DROP\n-A FORWARD -o eth1 -j ACCEPT\n-A FORWARD -i eth1 -j ACCEPT';
  const hook = { hook: 'forward', from: '10.5.0.1', interface: 'eth0' } as const;
  expect(resultOf(rules, hook)).toBe('undecided');
  expect(resultOf(rules, { ...hook, outInterface: 'eth1' })).toBe('allowed');
  expect(resultOf(rules, { ...hook, outInterface: 'eth2' })).toBe('blocked');
  // NAT may lead elsewhere than that.
  const nat = '*nat\n:PREROUTING ACCEPT\n-A PREROUTING -j DNAT --to-destination 10.8.0.1\n';
  expect(resultOf(nat + rules, { ...hook, outInterface: 'eth1' })).toBe('undecided');
});

test('the answer is known again once NAT has turned its destination back', () => {
  const nat = '*nat\n:POSTROUTING ACCEPT\n-A POSTROUTING -j MASQUERADE\n';
  const rules = (rule: string) => `${nat}*filter\n:FORWARD DROP\n-A FORWARD -d 10.9.0.1 -j ACCEPT\n${rule}`;
  const hook = { hook: 'forward', from: '10.5.0.1' } as const;
  expect(resultOf(rules('-A FORWARD -d 10.5.0.1 -j ACCEPT'), hook)).toBe('allowed');
  expect(resultOf(rules('-A FORWARD -d 10.5.0.2 -j ACCEPT'), hook)).toBe('blocked');
  expect(resultOf(rules('-A FORWARD -p tcp --dport 1024:65535 -j ACCEPT'), hook)).toBe('allowed');
  expect(
    resultOf(
      `*mangle\n:PREROUTING ACCEPT\n-A PREROUTING -d 10.5.0.1 -j DROP\n${rules('-j ACCEPT')}`.replace(
        '\n-j',
        '\n-A FORWARD -j',
      ),
      hook,
    ),
  ).toBe('undecided');
});

test('what conntrack has seen cannot be kept from it any more', () => {
  const ask = (priority: string) => {
    const nat = 'chain n { type nat hook prerouting priority -100; udp dport 10100 dnat to 10.9.0.1; }';
    const untrack = `chain u { type filter hook prerouting priority ${priority}; notrack; }`;
    const filter = 'chain f { type filter hook input priority 0; policy drop; }';
    const machine = firewall([parseNftText(`table ip t {\n ${nat}\n ${untrack}\n ${filter}\n}\n`, 'x')]);
    const sources = [parsePrefix('10.5.0.1', 'from')];
    return evaluate(
      machine,
      flowQuestion({
        ...{ transport: 'udp', port: 10100, destination: SELF, sources },
        ...{ isEverySelfKnown: true, isForwarding: true },
      }),
    ).result;
  };
  expect(ask('-300')).toBe('blocked');
  expect(ask('-150')).toBe('allowed');
  expect(ask('-200')).toBe('undecided');
});

test('behind destination NAT a rule of the same hook sees the new kind of destination', () => {
  const ask = (nat: string, hook: FlowQuestion['hook']) => {
    const turn = `chain n { type nat hook prerouting priority -100; udp dport 10100 ${nat}; }`;
    const local =
      'chain f { type filter hook prerouting priority 0; policy drop; fib daddr type local accept; }';
    const machine = firewall([parseNftText(`table ip t {\n ${turn}\n ${local}\n}\n`, 'x')]);
    const sources = [parsePrefix('10.5.0.1', 'from')];
    const destination = hook === 'input' ? SELF : AWAY;
    const asked = { transport: 'udp', port: 10100, destination, sources, hook } as const;
    return evaluate(machine, flowQuestion({ ...asked, isEverySelfKnown: true, servedBy: 'anyone' })).result;
  };
  expect(ask('redirect to :101', 'forward')).toBe('allowed');
  expect(ask('dnat to 10.9.0.1', 'input')).toBe('undecided');
  expect(ask('dnat to :101', 'forward')).toBe('blocked');
});

describe('a handshake after which nobody can talk is neither in nor out', () => {
  const onlyNew = (match: string): string =>
    `*filter\n:INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n-A INPUT ${match} -m conntrack --ctstate NEW -j ACCEPT`;
  const asked = { to: SELF, from: '10.5.0.1' };

  test.each([
    ['of a port', onlyNew('-p tcp --dport 10100'), 'undecided'],
    [
      'of a port that REDIRECT leads to',
      `*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 10100 -j REDIRECT --to-ports 102\n${onlyNew('-p tcp --dport 102')}`,
      'undecided',
    ],
    [
      'but not where the later packets are let in by the port they are led to',
      '*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 10100 -j REDIRECT --to-ports 102\n' +
        '*filter\n:INPUT DROP\n-A INPUT -p tcp --dport 102 -j ACCEPT',
      'allowed',
    ],
    [
      'nor by the connection they belong to',
      `*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 10100 -j REDIRECT --to-ports 102\n${onlyNew('-p tcp --dport 102')}\n` +
        '-A INPUT -m conntrack --ctproto tcp --ctstate ESTABLISHED --ctorigdstport 10100 --ctstatus SEEN_REPLY -j ACCEPT',
      'allowed',
    ],
    [
      'of a connection without the mark that later packets need',
      `${onlyNew('-p tcp')}\n-A INPUT -m connmark --mark 0x1 -j ACCEPT`,
      'undecided',
    ],
    [
      'but of one with it',
      `*mangle\n:PREROUTING ACCEPT\n-A PREROUTING -s 10.5.0.0/24 -j CONNMARK --set-mark 0x1\n${onlyNew('-p tcp')}\n` +
        '-A INPUT -m connmark --mark 0x1 -j ACCEPT',
      'allowed',
    ],
    [
      'of a connection that later packets need to have begun elsewhere',
      `${onlyNew('-p tcp')}\n-A INPUT -m conntrack --ctorigdst 10.0.0.13 -j ACCEPT`,
      'undecided',
    ],
  ])('%s', (_, rules, expected) => {
    expect(resultOf(rules, asked)).toBe(expected);
  });

  test('on a gateway that leads to another machine', () => {
    const dnat =
      '*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 10100 -j DNAT --to-destination 10.0.0.9:102\n';
    const gateway = { to: AWAY, from: '10.5.0.1', hook: 'forward' } as const;
    const forward = (match: string): string =>
      `${dnat}*filter\n:FORWARD DROP\n-A FORWARD -d 10.0.0.9 -p tcp --dport 102 ${match} -j ACCEPT\n` +
      '-A FORWARD -s 10.0.0.9 -j ACCEPT';
    expect(resultOf(forward('-m conntrack --ctstate NEW'), gateway)).toBe('undecided');
    expect(resultOf(forward(''), gateway)).toBe('allowed');
  });
});
