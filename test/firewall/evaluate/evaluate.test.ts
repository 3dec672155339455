import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { formatPrefix, parsePrefix } from '../../../src/net/prefix.ts';
import { reasonsText } from '../../../src/verdict/trace/text/reason-text.ts';

type Asked = Partial<Omit<Parameters<typeof flowQuestion>[0], 'sources'>> & {
  readonly from?: readonly string[];
};

/** Asks a filter table (or whole text) about tcp 10102 on 10.0.0.1. */
function ask(rules: string | readonly string[], { from = ['10.30.0.0/16'], ...asked }: Asked = {}) {
  const text =
    typeof rules === 'string'
      ? rules
      : [
          '*filter',
          ':INPUT DROP [0:0]',
          ':FORWARD DROP [0:0]',
          ':OUTPUT ACCEPT [0:0]',
          ...rules,
          'COMMIT',
        ].join('\n');
  const machine = firewall(parseRulesets([{ text, file: 'x.rules', dialect: 'iptables' }]));
  const sources = from.map((prefix) => parsePrefix(prefix, 'from'));
  const destination = parseAddress('10.0.0.1', 'destination');
  return evaluate(machine, flowQuestion({ sources, destination, transport: 'tcp', port: 10102, ...asked }));
}

function shown(rules: string | readonly string[], asked: Asked = {}): string {
  const { result, allowedFrom, blockedFrom, undecidedFrom } = ask(rules, asked);
  const list = (sign: string, prefixes: readonly Parameters<typeof formatPrefix>[0][]) =>
    prefixes.map((prefix) => ` ${sign}${formatPrefix(prefix)}`).join('');
  return `${result}${list('+', allowedFrom)}${list('-', blockedFrom)}${list('?', undecidedFrom)}`;
}

describe('what surely and what only possibly happens', () => {
  test.each<[string, readonly string[], string]>([
    ['no rule: the policy', [], 'blocked -10.30.0.0/16'],
    ['a part of the sources', ['-A INPUT -s 10.30.0.0/17 -j ACCEPT'], 'partly +10.30.0.0/17 -10.30.128.0/17'],
    ['another port', ['-A INPUT -p tcp --dport 102 -j ACCEPT'], 'blocked -10.30.0.0/16'],
    [
      'the first match decides',
      ['-A INPUT -s 10.30.1.0/24 -j DROP', '-A INPUT -p tcp -j ACCEPT', '-A INPUT -s 10.30.2.0/24 -j DROP'],
      'partly +10.30.0.0/24 +10.30.2.0/23 +10.30.4.0/22 +10.30.8.0/21 +10.30.16.0/20 +10.30.32.0/19 +10.30.64.0/18 +10.30.128.0/17 -10.30.1.0/24',
    ],
    [
      'a rule that depends on earlier packets',
      ['-A INPUT -m limit --limit 1/s -j ACCEPT'],
      'undecided ?10.30.0.0/16',
    ],
    ['unless both ways end alike', ['-A INPUT -m limit --limit 1/s -j DROP'], 'blocked -10.30.0.0/16'],
    [
      'or what comes later decides',
      ['-A INPUT -m limit --limit 1/s -j ACCEPT', '-A INPUT -j ACCEPT'],
      'allowed +10.30.0.0/16',
    ],
    ['not unknown is unknown', ['-A INPUT -m owner ! --uid-owner 0 -j ACCEPT'], 'undecided ?10.30.0.0/16'],
    [
      'unknown and impossible is impossible',
      ['-A INPUT -p udp -m limit --limit 1/s -j ACCEPT'],
      'blocked -10.30.0.0/16',
    ],
    ['a target nobody knows', ['-A INPUT -j TARPIT'], 'undecided ?10.30.0.0/16'],
    [
      'another source port class, same end',
      ['-A INPUT -p tcp --sport 1024:65535 -j ACCEPT', '-A INPUT -p tcp --sport 0:1023 -j ACCEPT'],
      'allowed +10.30.0.0/16',
    ],
    ['clients come from high ports', ['-A INPUT -p tcp --sport 1024: -j ACCEPT'], 'allowed +10.30.0.0/16'],
    [
      'a hole for low source ports is not closed',
      ['-A INPUT -p tcp --sport 53 -j ACCEPT'],
      'undecided ?10.30.0.0/16',
    ],
    [
      'every interface alike',
      ['-A INPUT -i eth0 -j ACCEPT', '-A INPUT ! -i eth0 -j ACCEPT'],
      'allowed +10.30.0.0/16',
    ],
    ['one interface only', ['-A INPUT -i eth+ -j ACCEPT'], 'undecided ?10.30.0.0/16'],
    ['not by loopback', ['-A INPUT -i lo -j ACCEPT'], 'blocked -10.30.0.0/16'],
    [
      'chains: return, goto, jump',
      [
        ':A - [0:0]',
        ':B - [0:0]',
        '-A INPUT -j A',
        '-A INPUT -s 10.30.64.0/18 -j ACCEPT',
        '-A A -s 10.30.128.0/17 -g B',
        '-A A -s 10.30.0.0/18 -j RETURN',
        '-A A -s 10.30.0.0/17 -j RETURN',
        '-A B -s 10.30.128.0/18 -j ACCEPT',
      ],
      'partly +10.30.64.0/18 +10.30.128.0/18 -10.30.0.0/18 -10.30.192.0/18',
    ],
    [
      'a lost answer',
      ['-A INPUT -j ACCEPT', '-A OUTPUT -p tcp --sport 10102 -j DROP'],
      'blocked -10.30.0.0/16',
    ],
    [
      'an answer let out as established',
      ['-A INPUT -j ACCEPT', '-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A OUTPUT -j DROP'],
      'allowed +10.30.0.0/16',
    ],
    [
      'more than a hundred marks',
      [
        ...Array.from({ length: 200 }, (_, i) => `-A INPUT -s 10.30.${i}.0/24 -j MARK --set-mark ${i}`),
        '-A INPUT -j ACCEPT',
      ],
      'allowed +10.30.0.0/16',
    ],
  ])('%s', (_, rules, expected) => {
    expect(shown(rules)).toBe(expected);
  });

  test('a handshake nothing can follow is neither in nor out', () => {
    const onlyNew = '-A INPUT -m conntrack --ctstate NEW -j ACCEPT';
    expect(shown([onlyNew])).toBe('undecided ?10.30.0.0/16');
    expect(shown([onlyNew, '-A INPUT -s 10.30.0.0/17 -m conntrack --ctstate ESTABLISHED -j ACCEPT'])).toBe(
      'undecided +10.30.0.0/17 ?10.30.128.0/17',
    );
    expect(
      shown([onlyNew, '-A INPUT -m conntrack --ctstate ESTABLISHED -m limit --limit 1/s -j ACCEPT']),
    ).toBe('undecided ?10.30.0.0/16');
    // The second datagram is part of a connection, as soon as the first was answered.
    expect(shown([onlyNew], { transport: 'udp' })).toBe('undecided ?10.30.0.0/16');
    const last = ask([onlyNew]).trace.at(-1);
    expect(last).toMatchObject({ effect: 'drop', chain: 'INPUT', direction: 'later' });
  });

  test('nor is one after which the server cannot say a word', () => {
    const onlyHandshake = '-A OUTPUT -p tcp --tcp-flags FIN,SYN,RST,ACK SYN,ACK -j ACCEPT';
    const rules = [
      '-A INPUT -j ACCEPT',
      onlyHandshake,
      '-A OUTPUT -d 10.30.0.0/17 -j ACCEPT',
      '-A OUTPUT -j DROP',
    ];
    expect(shown(rules)).toBe('undecided +10.30.0.0/17 ?10.30.128.0/17');
    expect(ask(rules).trace.at(-1)).toMatchObject({ effect: 'drop', chain: 'OUTPUT', direction: 'later' });
  });

  test('what decides is reported even behind more rules than anybody reads', () => {
    const marks = Array.from({ length: 1100 }, (_, n) => `-A INPUT -j MARK --set-mark ${n}`);
    const { trace } = ask([...marks, '-A INPUT -m limit --limit 1/s -j ACCEPT']);
    expect(trace).toHaveLength(1003);
    expect(trace[999]?.reasons).toEqual([{ code: 'entries-left-out', count: 100 }]);
    expect(trace.slice(1000, 1002)).toMatchObject([
      { line: 1105, effect: 'undecided' },
      { rule: 'policy drop', effect: 'drop' },
    ]);
  });

  test('UDP without an answer is neither in nor out', () => {
    expect(shown(['-A INPUT -j ACCEPT', '-A OUTPUT -j DROP'], { transport: 'udp' })).toBe(
      'undecided ?10.30.0.0/16',
    );
  });

  test('a ruleset for IPv4 says nothing about IPv6', () => {
    const destination = parseAddress('fd00::1', 'destination');
    expect(shown(['-A INPUT -j ACCEPT'], { from: ['fd00:30::/48'], destination })).toBe(
      'undecided ?fd00:30::/48',
    );
  });

  test('the machine itself comes through loopback', () => {
    expect(shown(['-A INPUT -i lo -j ACCEPT'], { from: ['10.0.0.1'] })).toBe('allowed +10.0.0.1');
    expect(shown(['-A INPUT -i lo -j ACCEPT'], { from: ['127.0.0.0/8'] })).toBe('allowed +127.0.0.0/8');
    expect(shown(['-A INPUT -i lo -j ACCEPT'], { from: ['0.0.0.0/0'] })).toBe('blocked -0.0.0.0/0');
  });

  test('without a destination, rules that name one are undecided, but a local address is no multicast', () => {
    expect(shown(['-A INPUT -d 10.0.0.1 -j ACCEPT'], { destination: null })).toBe('undecided ?10.30.0.0/16');
    expect(shown(['-A INPUT -d 224.0.0.251 -j ACCEPT'], { destination: null })).toBe('blocked -10.30.0.0/16');
  });

  test('the trace is the way of one source, with what it depends on', () => {
    const { trace } = ask([
      ':A - [0:0]',
      '-A INPUT -j A',
      '-A A -m recent --update --name x -j DROP',
      '-A INPUT -j ACCEPT',
    ]);
    expect(
      trace.map(({ line, chain, effect, reasons, direction }) => [
        ...[line, chain, effect, reasonsText(reasons), direction],
      ]),
    ).toEqual([
      [6, 'INPUT', 'jump', 'to chain A', 'request'],
      [7, 'A', 'undecided', 'depends on the list of recent sources', 'request'],
      [8, 'INPUT', 'accept', '', 'request'],
      [4, 'OUTPUT', 'accept', '', 'reply'],
    ]);
  });
});

describe('rulesets nobody should write', () => {
  test('chains that call each other in a circle', () => {
    expect(() => shown([':A - [0:0]', ':B - [0:0]', '-A INPUT -j A', '-A A -j B', '-A B -j A'])).toThrow(
      'x.rules:9:9: chain loop "A" → "B" → "A"',
    );
  });

  test('a circle nobody enters', () => {
    expect(shown([':A - [0:0]', '-A A -j A', '-A INPUT -j ACCEPT'])).toBe('allowed +10.30.0.0/16');
  });

  test('chains nested a hundred thousand deep', () => {
    const depth = 100_000;
    const names = Array.from({ length: depth }, (_, i) => `:C${i} - [0:0]`);
    const calls = Array.from({ length: depth - 1 }, (_, i) => `-A C${i} -j C${i + 1}`);
    expect(shown([...names, '-A INPUT -j C0', ...calls, `-A C${depth - 1} -j ACCEPT`])).toBe(
      'allowed +10.30.0.0/16',
    );
  });

  test('chains that double the work at every level end undecided, not never', () => {
    const names = Array.from({ length: 60 }, (_, i) => `:C${i} - [0:0]`);
    const calls = Array.from({ length: 59 }, (_, i) => [
      `-A C${i} -j C${i + 1}`,
      `-A C${i} -j C${i + 1}`,
    ]).flat();
    expect(shown([...names, '-A INPUT -j C0', ...calls])).toBe('undecided ?10.30.0.0/16');
  });
});
