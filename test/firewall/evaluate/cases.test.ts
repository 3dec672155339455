import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { answerCases } from '../../../src/firewall/proof/evaluate.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import type { Access } from '../../../src/firewall/proof/access.ts';
import { accessProver, type AccessProof } from '../../../src/firewall/proof/prove-access.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { parseAddress } from '../../../src/net/address.ts';

const ESTABLISHED = '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT';

const ASKED: Access = {
  expected: 'reachable',
  permitted: [parsePrefix('10.30.0.0/16', 'client')],
  transport: 'tcp',
  port: 102,
  hook: 'input',
  interface: null,
  destinations: [parseAddress('10.20.0.11', 'host')],
  selfAddresses: [],
};

function prove(rules: readonly string[], asked: Partial<Access> = {}, policy = 'DROP'): AccessProof {
  const text = [
    '*filter',
    `:INPUT ${policy} [0:0]`,
    ':FORWARD DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ESTABLISHED,
    ...rules,
    'COMMIT',
    '',
  ].join('\n');
  const found = accessProver(firewall(parseRulesets([{ text, file: 'x', dialect: 'iptables' }])))({
    ...ASKED,
    ...asked,
  });
  if (found === null) throw new Error('nobody to ask about');
  return found;
}

const FORBIDDEN = { expected: 'blocked', permitted: [] } as const;

function kept(found: AccessProof): readonly string[] {
  return found.conditionsOf(found.witness).map((one) => (one.kind === 'test' ? one.text : one.kind));
}

describe('time and history', () => {
  test.each([
    ['a limit', ['-A INPUT -p tcp -m limit --limit 25/sec -j ACCEPT'], ['-m limit --limit 25/sec']],
    [
      'a list of recent sources',
      [
        '-A INPUT -m recent --rcheck --seconds 60 --name bad --mask 255.255.255.255 --rsource -j DROP',
        '-A INPUT -p tcp -j ACCEPT',
      ],
      ['-m recent --rcheck --name bad'],
    ],
    [
      'a limit that makes no difference',
      ['-A INPUT -m limit --limit 1/sec -j LOG', '-A INPUT -j ACCEPT'],
      [],
    ],
  ])('a first connection is within %s, which is reported', (_, rules, conditions) => {
    const found = prove(rules);
    expect(found.proof.resultByCase).toBe('allowed');
    expect(kept(found)).toEqual(conditions);
  });

  test('the list that the packet puts its own source on', () => {
    const rules = [
      '-A INPUT -m recent --set --name x',
      '-A INPUT -m recent --rcheck --name x -j DROP',
      '-A INPUT -j ACCEPT',
    ];
    expect(prove(rules).proof.resultByCase).toBe('depends');
    const counted = rules.with(1, '-A INPUT -m recent --update --hitcount 4 --name x -j DROP');
    expect(prove(counted).proof.resultByCase).toBe('allowed');
  });

  test.each([
    '-m limit --limit 1/sec',
    '-m connlimit --connlimit-above 3',
    '-m statistic --mode nth --every 2',
  ])('each rule counts by itself: where two say %s, one may match without the other', (counted) => {
    const rules = [`-A INPUT -p tcp ${counted} -j DROP`, `-A INPUT -p tcp ${counted} -j ACCEPT`];
    expect(prove(rules, FORBIDDEN).proof.resultByCase).not.toBe('blocked');
  });

  test('what two rules share may be used up for the second of them alone', () => {
    const limit = '-m hashlimit --hashlimit-upto 5/sec --hashlimit-mode srcip --hashlimit-name x';
    const rules = [
      ...[`-A INPUT -p tcp ${limit} -j MARK --set-mark 1`, `-A INPUT -p tcp ${limit} -j DROP`],
      '-A INPUT -m mark --mark 1 -j ACCEPT',
    ];
    const found = prove(rules, FORBIDDEN);
    expect(found.proof.resultByCase).not.toBe('blocked');
    expect(found.casesOf(found.witness).map(({ fate }) => fate)).toEqual(['blocked', 'allowed', 'blocked']);
  });

  test('who must not get in does so above a limit, too', () => {
    const rules = ['-A INPUT -m limit --limit 1/sec -j DROP', '-A INPUT -j ACCEPT'];
    expect(prove(rules, FORBIDDEN).proof.resultByCase).toBe('allowed');
  });
});

describe('the site', () => {
  const rules = ['-A INPUT -i eth1 -p tcp -j ACCEPT'];

  test('by case', () => {
    const found = prove(rules);
    expect(found.proof.resultByCase).toBe('depends');
    expect(found.casesOf(found.witness).map(({ conditions, fate }) => [conditions, fate])).toEqual([
      [[{ kind: 'interface', way: 'in', names: ['eth1'], except: [] }], 'allowed'],
      [[{ kind: 'interface', way: 'in', names: [], except: ['eth1'] }], 'blocked'],
    ]);
  });

  test('every case alike is decided', () => {
    const mac = '-A INPUT -m mac --mac-source 00:11:22:33:44:55';
    expect(prove([`${mac} -j ACCEPT`]).proof.resultByCase).toBe('depends');
    expect(prove([`${mac} -j DROP`]).proof.resultByCase).toBe('blocked');
    expect(
      prove([`${mac} -s 10.0.0.0/8 -j ACCEPT`, '-A INPUT -j ACCEPT'], FORBIDDEN).proof.resultByCase,
    ).toBe('allowed');
  });
});

test('tests about one address each are no more cases than one', () => {
  const guard = (nth: number): readonly string[] => {
    const from = `-A INPUT -s 192.168.1.${nth} -p tcp -m mac --mac-source 00:60:08:76:35:${nth}`;
    return [`${from} -m connlimit --connlimit-above ${nth} -j REJECT`, `${from} -j ACCEPT`];
  };
  const rules = Array.from({ length: 60 }, (_, at) => guard(10 + at)).flat();
  const found = prove([...rules, '-A INPUT -p tcp -j ACCEPT'], FORBIDDEN, 'ACCEPT');
  expect(found.proof.resultByCase).toBe('allowed');
  const shut = prove(rules, FORBIDDEN);
  expect(shut.proof.resultByCase).toBe('depends');
  expect(shut.proof.undecidedFrom).toHaveLength(6);
  expect(shut.proof.depends).toEqual(shut.proof.undecided);
});

describe('the peer', () => {
  test('one source port that gets in is enough to be exposed, and every one is needed to be let in', () => {
    const rules = ['-A INPUT -p udp --sport 53 -j ACCEPT'];
    const exposed = prove(rules, { ...FORBIDDEN, transport: 'udp', port: 10100 });
    expect([exposed.proof.resultByCase, exposed.packetOf(exposed.witness)?.sourcePort]).toEqual([
      'allowed',
      53,
    ]);
    const some = ['-A INPUT -p tcp --sport 32768:60999 -j ACCEPT'];
    expect(prove(some).proof.resultByCase).toBe('blocked');
  });
});

describe('a case tells whether the test holds that it names', () => {
  const fates = (dialect: 'nft' | 'iptables', text: string): readonly string[] =>
    answerCases(
      firewall(parseRulesets([{ text, file: 'x', dialect, isCollected: true }])),
      flowQuestion({
        ...{ transport: 'udp', port: 102, hook: 'input', neighbours: 'known', interface: 'eth0' },
        destination: parseAddress('10.20.0.11', 'destination'),
        sources: [parsePrefix('10.30.0.5', 'source')],
      }),
    ).map(({ conditions, fate }) =>
      [
        ...conditions.map((one) =>
          one.kind === 'test' ? `${one.holds ? '' : 'not '}${one.text}` : one.kind,
        ),
        fate,
      ].join(' '),
    );
  const nft = (rule: string): string =>
    `table ip t {\n\tset d {\n\t\ttype ipv4_addr\n\t\tflags dynamic\n\t}\n\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tudp dport 9 add @d { ip saddr } drop\n\t\t${rule}\n\t}\n}\n`;

  test.each([
    ['ip dscp 10', 'ip dscp 10 accept', 'ip dscp != 10 accept'],
    ['ip ttl 5-9', 'ip ttl 5-9 accept', 'ip ttl != 5-9 accept'],
    ['ip ttl { 5, 9 }', 'ip ttl { 5, 9 } accept', 'ip ttl != { 5, 9 } accept'],
    ['ip saddr @d', 'ip saddr @d accept', 'ip saddr != @d accept'],
  ])('nft: %s', (shown, plain, negated) => {
    expect(fates('nft', nft(plain))).toEqual([`${shown} allowed`, `not ${shown} blocked`]);
    expect(fates('nft', nft(negated))).toEqual([`${shown} blocked`, `not ${shown} allowed`]);
  });

  test('two tests of one header, one of them negated, come out together', () => {
    const both = nft('ip dscp 10 accept\n\t\tip dscp != 10 drop\n\t\taccept');
    expect(fates('nft', both)).toEqual(['ip dscp 10 allowed', 'not ip dscp 10 blocked']);
  });
});

test('a rule that matches none of those asked about leaves none of its tests open', () => {
  const rules = [
    '-A INPUT -s 192.168.1.5/32 -m mac --mac-source 02:00:00:00:00:01 -j DROP',
    '-A INPUT -m mac --mac-source 02:00:00:00:00:02 -s 192.168.1.6/32 -j DROP',
    '-A INPUT -p tcp -m tcp --dport 102 -j ACCEPT',
  ];
  const casesOf = (client: string): number =>
    prove(rules, { permitted: [parsePrefix(client, 'client')] }).casesOf(parseAddress(client, 'client'))
      .length;
  expect(casesOf('10.30.0.5')).toBe(1);
  expect(casesOf('192.168.1.5')).toBe(2);
  expect(casesOf('192.168.1.6')).toBe(2);
});

test('the answer comes at the same time of day as the request', () => {
  const time = '-m time --timestart 08:00:00 --timestop 18:00:00 -j';
  const found = prove([
    `-A INPUT -p tcp -m tcp --dport 102 ${time} ACCEPT`,
    `-A OUTPUT -p tcp ${time} ACCEPT`,
    '-A OUTPUT -j DROP',
  ]);
  expect(found.casesOf(parseAddress('10.30.0.5', 'client'))).toHaveLength(2);
});

test('a condition tells whether its rule matches; of several tests one that holds does not', () => {
  const chain = (rule: string): string =>
    `table ip f { chain input { type filter hook input priority 0; policy drop; ct state established accept; ${rule}; }; }`;
  const told = (rule: string): readonly string[] => {
    const [text, file] = [chain(rule), 'x'];
    const found = accessProver(firewall(parseRulesets([{ text, file, dialect: 'nft' }])))(ASKED);
    const tests = (found?.casesOf(found.witness) ?? [])
      .flatMap(({ conditions }) => conditions)
      .flatMap((one) => (one.kind === 'test' ? [`${one.holds} ${one.ruleMatches ?? 'open'}`] : []));
    return [...new Set(tests)].sort();
  };
  const MAC = '02:00:00:00:00:01';
  expect(told(`ether saddr ${MAC} accept`)).toEqual(['false false', 'true true']);
  expect(told(`ether saddr != ${MAC} accept`)).toEqual(['false true', 'true false']);
  expect(told(`ether saddr != ${MAC} meta cgroup 7 accept`)).toEqual([
    'false false',
    'false open',
    'true false',
    'true open',
  ]);
});

test('a case that lets in whoever chooses his source port names the port', () => {
  const found = prove(['-A INPUT -i eth1 -p tcp -m tcp --sport 20 -j ACCEPT'], FORBIDDEN);
  const told = found.casesOf(found.witness).map(({ fate, sourcePort }) => [fate, sourcePort]);
  expect(told).toEqual([
    ['allowed', 20],
    ['blocked', null],
  ]);
});
