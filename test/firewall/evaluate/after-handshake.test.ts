import { expect, test } from 'vitest';
import { resultOf } from './result-of.ts';

// What follows a TCP handshake, each row seen in the kernel (handshake, then data from either side).

const nft = (chains: string): string => `table ip t {\n${chains}\n}\n`;
const input = (rules: string, policy = 'accept'): string =>
  ` chain i {\n  type filter hook input priority 0; policy ${policy};\n  ${rules}\n }`;
const output = (rules: string, priority = 0): string =>
  ` chain o {\n  type filter hook output priority ${priority}; policy accept;\n  ${rules}\n }`;
const prerouting = (rules: string): string =>
  ` chain p {\n  type filter hook prerouting priority -300; policy accept;\n  ${rules}\n }`;

test.each([
  ['a quota that runs out', nft(input('ct state established quota over 60 bytes drop')), 'undecided'],
  ['a number of packets', nft(input('ct packets > 3 ct state established drop')), 'undecided'],
  [
    'a limit on what the server sends',
    nft(output('ct state established limit rate over 1/hour drop')),
    'undecided',
  ],
  [
    'a limit before a rule that drops',
    nft(input('ct state new accept\n  limit rate 1/hour accept', 'drop')),
    'undecided',
  ],
  ['a limit that only counts', nft(input('ct state established limit rate 1/hour counter')), 'allowed'],
  [
    'accepted before the limit',
    nft(input('ct state established accept\n  ct packets > 3 ct state established drop')),
    'allowed',
  ],
  ['data segments of the server', nft(output('tcp sport 102 tcp flags & psh == psh drop')), 'undecided'],
  ['plain ACKs', nft(input('tcp flags & (psh | ack) == ack drop')), 'undecided'],
  [
    'ACKs and data, but no SYN with ECN',
    nft(input('tcp flags { syn, ack, psh | ack } accept', 'drop')),
    'undecided',
  ],
  [
    'ACKs and data',
    nft(input('tcp flags & (fin | syn | rst | psh | ack | urg) == { syn, ack, psh | ack } accept', 'drop')),
    'allowed',
  ],
  ['flags that no packet carries', nft(input('tcp flags & (fin | syn) == fin | syn drop')), 'allowed'],
  ['how it is closed', nft(input('tcp flags & (fin | rst) != 0 drop')), 'allowed'],
  ['a connection that is assured', nft(input('ct status assured drop')), 'undecided'],
  ['and is let in as one', nft(input('ct state new accept\n  ct status assured accept', 'drop')), 'allowed'],
  [
    'only the answer is not tracked',
    nft(`${output('tcp sport 102 notrack', -300)}\n${input('ct state new,established accept', 'drop')}`),
    'undecided',
  ],
  [
    'and invalid packets are let in',
    nft(`${output('tcp sport 102 notrack', -300)}\n${input('ct state new,invalid accept', 'drop')}`),
    'allowed',
  ],
  [
    'the request is not tracked',
    nft(`${prerouting('tcp dport 102 notrack')}\n${input('ct state untracked accept', 'drop')}`),
    'allowed',
  ],
  [
    'only its first packet',
    nft(`${prerouting('tcp flags syn notrack')}\n${input('ct state untracked,established accept', 'drop')}`),
    'undecided',
  ],
  [
    'neither side',
    nft(
      `${prerouting('tcp dport 102 notrack')}\n${output('tcp sport 102 notrack', -300)}\n${input('ct state untracked accept', 'drop')}`,
    ),
    'allowed',
  ],
])('%s', (_, rules, expected) => {
  expect(resultOf(rules)).toBe(expected);
});

const save = (raw: string, filter: string): string =>
  `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${raw}\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${filter}\nCOMMIT\n`;

test.each([
  ['the answer', '-A OUTPUT -p tcp -m tcp --sport 102 -j CT --notrack', 'NEW,ESTABLISHED', 'undecided'],
  ['the request', '-A PREROUTING -p tcp -m tcp --dport 102 -j CT --notrack', 'UNTRACKED', 'allowed'],
  ['another port', '-A OUTPUT -p tcp -m tcp --sport 103 -j CT --notrack', 'NEW,ESTABLISHED', 'allowed'],
  ['another peer', '-A OUTPUT -d 10.1.0.0/16 -j CT --notrack', 'NEW,ESTABLISHED', 'allowed'],
])('iptables keeps from conntrack %s', (_, raw, states, expected) => {
  expect(resultOf(save(raw, `-A INPUT -m conntrack --ctstate ${states} -j ACCEPT`))).toBe(expected);
});

test('what follows is looked at where source NAT hides the client, too', () => {
  const nat = ' chain n {\n  type nat hook input priority 100; policy accept;\n  snat to 10.0.0.9\n }';
  const late = (rules: string): string =>
    ` chain l {\n  type filter hook input priority 150; policy drop;\n  ${rules}\n }`;
  // Whether the machine has a route to 10.0.0.9 is not known.
  expect(resultOf(nft(`${nat}\n${late('ip saddr 10.0.0.9 accept')}`))).toBe('undecided');
  expect(resultOf(nft(`${nat}\n${late('drop')}`))).toBe('blocked');
  expect(resultOf(nft(`${nat}\n${late('ct state new accept')}`))).toBe('undecided');
});
