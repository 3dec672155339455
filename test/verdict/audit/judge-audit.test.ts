import { describe, expect, test } from 'vitest';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { parseRulesets, type RulesetSource } from '../../../src/firewall/languages/dialect.ts';
import { accessFlows } from '../../../src/ports/access-flows.ts';
import type { Role } from '../../../src/deployment/role.ts';
import { judgeAudit, type AuditJudgement } from '../../../src/verdict/audit/judge-audit.ts';
import { host, siteOf } from '../../ports/site.ts';

interface Asked {
  readonly addresses?: readonly string[];
  readonly peers?: Partial<Record<Role, readonly string[]>>;
  readonly text?: string | undefined;
}

/** One server without an allocator: 102 for clients, 103 for config tools, 10301 for web clients. */
function audited(
  rules: readonly string[],
  { addresses = ['10.20.0.11'], peers = {}, text }: Asked = {},
): AuditJudgement {
  const save = [
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...rules,
    'COMMIT',
  ];
  const source: RulesetSource =
    text === undefined
      ? { text: save.join('\n'), file: 'a.rules', dialect: 'iptables' }
      : { text, file: 'a.nft', dialect: 'nft' };
  const machine = firewall(parseRulesets([source]));
  const only = host('maps-a', 1, false, addresses);
  const site = siteOf([only], { peers });
  return judgeAudit(
    accessFlows(only, site).flatMap((flow) => {
      const found = accessProver(machine)({
        expected: flow.expected,
        permitted: flow.permitted,
        transport: flow.endpoint.transport,
        port: flow.endpoint.port,
        hook: 'input',
        interface: null,
        destinations: only.addresses,
        selfAddresses: only.addresses,
      });
      const invocation = {
        hook: 'input',
        files: [source.file],
        interfaces: [],
        argv: ['vwaudit', 'audit', source.file],
      } as const;
      const circumstances = { site, invocation, backends: machine.backends };
      return found === null ? [] : [{ flow, found, entrance: null, circumstances }];
    }),
  );
}

const ACCEPT_102 = '-A INPUT -p tcp --dport 102 -j ACCEPT';
const ofPort = (port: number, judgement: AuditJudgement): readonly string[] =>
  judgement.flows
    .filter((flow) => flow.port === port)
    .map(({ from, verdict, proof }) => `${from.role} ${proof.result} ${verdict}`);

interface Rules {
  readonly rules?: readonly string[];
  readonly text?: string;
}

test('of those who hang on different rules one is reported, and that it is one', () => {
  const text = (own: string): string =>
    audited([own, '-A INPUT -p tcp --dport 102 -m set --match-set b src -j ACCEPT'], {})
      .findings.filter(({ code }) => code === 'undecided')
      .map(({ message }) => message)
      .join();
  const narrow = text('-A INPUT -s 10.30.0.0/24 -p tcp --dport 102 -m set --match-set a src -j ACCEPT');
  expect(narrow).toContain('for others it may be another rule');
  const none = text('-A INPUT -s 10.99.0.0/24 -p tcp --dport 103 -j ACCEPT');
  expect(none).toContain('set b are not given');
  expect(none).not.toContain('others may');
});

describe('who must not get in chooses how to come', () => {
  const NFT = (rule: string): string =>
    `table inet t {\nchain i { type filter hook input priority 0; policy drop;\n${rule}\n}\n}`;
  const exposures = (judgement: AuditJudgement): readonly unknown[] =>
    judgement.findings
      .filter(({ code }) => code === 'exposed')
      .map(({ args }) => [(args as { ports: string }).ports, (args as { witnessPort: number }).witnessPort]);

  test.each([
    ['a source port', { rules: ['-A INPUT -p tcp --sport 53 -j ACCEPT'] }, 53],
    ['a source port in nft', { text: NFT('tcp sport 53 accept') }, 53],
    ['some of the ports that clients use', { rules: ['-A INPUT -p tcp --sport 1024:2000 -j ACCEPT'] }, 1024],
    [
      'a time when no limit is exceeded',
      { rules: ['-A INPUT -p tcp -m limit --limit 5/min -j ACCEPT'] },
      null,
    ],
    [
      'a time when a limit on floods is not exceeded',
      {
        rules: [
          '-A INPUT -p tcp -m hashlimit --hashlimit-above 5/min --hashlimit-name x -j DROP',
          '-A INPUT -p tcp -j ACCEPT',
        ],
      },
      null,
    ],
    [
      'its first connection',
      { rules: ['-A INPUT -p tcp -m connlimit --connlimit-above 3 -j DROP', '-A INPUT -p tcp -j ACCEPT'] },
      null,
    ],
    ['a TTL in nft', { text: NFT('ip ttl 64 tcp dport 1-65535 accept') }, null],
    ['a DSCP value and a TTL in nft', { text: NFT('ip dscp ef ip ttl < 33 meta l4proto tcp accept') }, null],
    ['a length in nft', { text: NFT('meta length 100-200 meta l4proto tcp accept') }, null],
    ['what is not the usual TTL', { text: NFT('ip ttl != 64 meta l4proto tcp accept') }, null],
    ['a limit in nft', { text: NFT('limit rate 5/minute tcp dport 1-65535 accept') }, null],
    [
      'a limit on floods in nft',
      { text: NFT('limit rate over 5/minute drop\nmeta l4proto tcp accept') },
      null,
    ],
  ])('%s', (_, { rules = [], text }: { rules?: readonly string[]; text?: string }, port) => {
    const established =
      text === undefined
        ? { rules: ['-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', ...rules] }
        : { rules, text: text.replace('policy drop;', 'policy drop;\nct state established accept') };
    const judgement = audited(established.rules, { text: established.text });
    expect(exposures(judgement)).toContainEqual([expect.stringMatching(/103\/tcp/), port]);
    // A client does not choose its port; its first connection is within every limit, which is reported.
    const isPassing = ofPort(102, judgement).includes('client allowed pass');
    expect(judgement.findings.some(({ code }) => code === 'conditional')).toBe(isPassing);
  });

  test('many addresses share a limit, and one has it for itself', () => {
    const judgement = audited(
      [
        '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
        '-A INPUT -p tcp -m limit --limit 5/min -j ACCEPT',
      ],
      { peers: { 'config-tool': ['10.20.9.5'] } },
    );
    const shared = judgement.findings
      .filter(({ code }) => code === 'conditional')
      .map(({ args, message }) => [
        (args as { role: string }).role,
        / Unless the limit counts each address by itself, .* share it\./.exec(message)?.[0] ?? null,
      ]);
    expect(shared).toContainEqual([
      'client',
      expect.stringMatching(/, the [\d,]+ addresses of client share it/),
    ]);
    expect(shared).toContainEqual(['config-tool', null]);
  });

  test.each([
    ['the list of recent', { rules: ['-A INPUT -p tcp --dport 103 -m recent --name k --rcheck -j ACCEPT'] }],
    [
      'a set that rules add to',
      {
        text: NFT(
          'ip saddr 10.20.9.9 tcp dport 7000 add @k { ip saddr } drop\ntcp dport 103 ip saddr @k accept',
        ).replace('chain i', 'set k { type ipv4_addr; flags dynamic,timeout; timeout 30s; }\nchain i'),
      },
    ],
  ])('whoever is on %s gets in, and that is reported as a case', (_, { rules = [], text }: Rules) => {
    const established = '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT';
    const judgement = audited([established, ...rules], {
      text: text?.replace('policy drop;', 'policy drop;\nct state established accept'),
    });
    expect(ofPort(103, judgement)).toContain('outsider depends unproven');
    const flow = judgement.flows.find(({ port, from }) => port === 103 && from.role === 'outsider');
    expect(flow?.proof.cases.map(({ result }) => result)).toEqual(['allowed', 'blocked']);
  });

  test('a client of whom the header is not known is reported by case', () => {
    const judgement = audited([], {
      text: NFT('ct state established accept\nip ttl > 64 tcp dport 102 accept'),
    });
    expect(ofPort(102, judgement)).toContain('client depends unproven');
  });

  test('a rate of bytes may be less than one packet has', () => {
    const judgement = audited([], { text: NFT('limit rate 10 bytes/second accept') });
    expect(ofPort(103, judgement)).toContain('outsider depends unproven');
  });
});

describe('the rules that decide', () => {
  test('where some source ports of every client are blocked, one of them is said', () => {
    const { findings, flows } = audited(['-A INPUT -p tcp --sport 2000:2009 -j DROP', ACCEPT_102], {
      peers: { client: ['10.30.0.0/16'] },
    });
    expect(flows.find(({ from }) => from.role === 'client')?.proof).toMatchObject({
      result: 'blocked',
      witnessPort: 2000,
    });
    expect(findings.find(({ code }) => code === 'blocked')?.message).toMatch(
      /the firewall blocks some source ports of every address of client \(10\.30\.0\.0\/16, e\.g\. 10\.30\.0\.1 from port 2000\)/,
    );
  });

  test('a policy is named for 65,535 addresses, and a rule for one', () => {
    const peers = { client: ['10.20.0.0/16'] };
    const { flows, findings } = audited(['-A INPUT -s 10.20.0.1/32 -j DROP'], {
      ...{ addresses: ['192.0.2.1'], peers },
    });
    const [{ proof }] = flows.filter(({ from }) => from.role === 'client') as [AuditJudgement['flows'][0]];
    expect(proof.decidedBy).toMatchObject([
      {
        result: 'blocked',
        addresses: { ipv4: '65535', ipv6: '0' },
        rules: [{ kind: 'policy', line: 2, text: 'policy drop' }],
        more: 0,
      },
      { result: 'blocked', addresses: { ipv4: '1' }, from: ['10.20.0.1'], rules: [{ line: 5 }] },
    ]);
    expect(proof.rules).toMatchObject([{ kind: 'policy' }]);
    expect(proof.witness).toBe('10.20.0.2');
    const [blocked] = findings.filter(({ code }) => code === 'blocked');
    expect(blocked?.message).toContain(
      'Rules: a.rules:2 chain INPUT: default policy drop (65,535 addresses); ' +
        'line 5 -A INPUT -s 10.20.0.1/32 -j DROP (1 address)',
    );
    expect(blocked?.decidedBy).toEqual(proof.decidedBy);
  });

  test('cases of one address are not told of others that fare otherwise', () => {
    const rules = [
      '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      '-A INPUT -s 10.30.0.0/24 -i eth1 -p tcp --dport 102 -j ACCEPT',
      '-A INPUT -i eth2 -p tcp --dport 102 -j ACCEPT',
    ];
    const found = (network: string): readonly unknown[] =>
      audited(rules, { peers: { client: [network] } })
        .flows.filter(({ from }) => from.role === 'client')
        .map(({ proof: { casesAreOfAll, cases } }) => [casesAreOfAll, cases.map(({ result }) => result)]);
    expect(found('10.30.0.0/16')).toEqual([[false, ['allowed', 'allowed', 'blocked']]]);
    expect(found('10.30.0.0/24')).toEqual([[true, ['allowed', 'allowed', 'blocked']]]);
    const { findings } = audited(rules, { peers: { client: ['10.30.0.0/16'] } });
    const [one] = findings.filter(({ code, args }) => code === 'depends' && args.role === 'client');
    expect(one?.message).toContain('for 10.30.0.1, others may fare otherwise: in by eth1: allowed');
  });

  test('of a long list the rest is one entry, and a sentence', () => {
    const list = Array.from({ length: 30 }, (_, nth) => `-A INPUT -s 10.20.${nth}.0/32 -j DROP`);
    const { flows, findings } = audited(list, {
      ...{ addresses: ['192.0.2.1'], peers: { client: ['10.20.0.0/16'] } },
    });
    const own = flows.find(({ from }) => from.role === 'client')?.proof.decidedBy ?? [];
    expect(own).toHaveLength(16);
    expect(own.at(-1)).toMatchObject({ addresses: { ipv4: '16' }, rules: [], more: 16 });
    expect(findings[0]?.message).toContain('29 other rules (29 addresses)');
  });
});

describe('verdicts of a flow that is required and one that is forbidden', () => {
  const peers = { client: ['10.30.0.0/16'] };
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    [
      'only those',
      ['-A INPUT -s 10.30.0.0/16 -p tcp --dport 102 -j ACCEPT'],
      ['client allowed pass', 'outsider blocked pass'],
      [],
    ],
    ['nobody', [], ['client blocked fail', 'outsider blocked pass'], ['blocked']],
    ['everybody', [ACCEPT_102], ['client allowed pass', 'outsider allowed fail'], ['exposed']],
    [
      'some of them',
      ['-A INPUT -s 10.30.0.0/17 -j ACCEPT'],
      ['client partly fail', 'outsider blocked pass'],
      ['partly-blocked'],
    ],
    [
      'some others',
      ['-A INPUT -s 10.0.0.0/8 -p tcp --dport 102 -j ACCEPT'],
      ['client allowed pass', 'outsider partly fail'],
      ['exposed'],
    ],
    [
      'it depends',
      ['-A INPUT -s 10.30.0.0/16 -p tcp --dport 102 -m limit --limit 1/s -j ACCEPT'],
      ['client depends unproven', 'outsider blocked pass'],
      ['depends'],
    ],
    [
      'blocked for some, the rest depends: surely not what is required',
      ['-A INPUT -s 10.30.0.0/17 -m limit --limit 1/s -j ACCEPT'],
      ['client depends fail', 'outsider blocked pass'],
      ['partly-blocked'],
    ],
    [
      'open to some others, the rest depends: surely exposed',
      [
        '-A INPUT -s 10.30.0.0/16 -j ACCEPT',
        '-A INPUT -s 1.2.3.4 -j ACCEPT',
        '-A INPUT -m limit --limit 1/s -j ACCEPT',
      ],
      ['client allowed pass', 'outsider allowed fail'],
      ['exposed'],
    ],
  ])('%s', (_, rules, flows, codes) => {
    const judgement = audited(rules, { peers });
    expect(ofPort(102, judgement)).toEqual(flows);
    const about = judgement.findings.filter((one) => one.flows.some((id) => id.includes('server-1.client')));
    expect(about.map(({ code }) => code)).toEqual(codes);
  });
});

describe('whom a finding names', () => {
  const exposure = (rules: readonly string[], asked: Asked) =>
    audited(rules, asked).findings.find(({ code }) => code === 'exposed');

  test('the shortest list: who may connect anyway does not tear a hole in it', () => {
    const found = exposure(['-A INPUT -s 10.0.0.0/8 -p tcp --dport 102 -j ACCEPT'], {
      peers: { client: ['10.30.0.0/16'] },
    });
    expect(found?.args).toMatchObject({
      from: ['10.0.0.0/8'],
      more: 0,
      witness: '10.0.0.1',
      rule: 'a.rules:5 -A INPUT -s 10.0.0.0/8 -p tcp --dport 102 -j ACCEPT',
      audience: ['client'],
    });
    expect(found?.rules).toEqual([
      {
        ...{ kind: 'rule', file: 'a.rules', line: 5, family: 'ip', table: 'filter', chain: 'INPUT' },
        ...{ handle: null, text: '-A INPUT -s 10.0.0.0/8 -p tcp --dport 102 -j ACCEPT' },
      },
    ]);
    expect(found?.message).toBe(
      '102/tcp (server 1, clients) on maps-a: the firewall also admits 10.0.0.0/8, e.g. 10.0.0.1; only client should connect. ' +
        'Rule: a.rules:5 -A INPUT -s 10.0.0.0/8 -p tcp --dport 102 -j ACCEPT; ' +
        'others are blocked by line 2 chain INPUT: default policy drop (3,976,200,191 addresses). Packet: tcp 10.0.0.1:40000 > 10.20.0.11:102',
    );
  });

  test('of a role no more than was asked about, the host among it', () => {
    const { findings } = audited([], { peers: { client: ['10.20.0.0/16'] } });
    const blocked = findings.find(({ code }) => code === 'blocked');
    expect(blocked?.args).toMatchObject({ from: ['10.20.0.0/16'], except: [] });
  });

  test('everybody except a few, where that is shorter', () => {
    const rules = ['-s 192.0.2.7 -j DROP', '-s 10.9.0.0/16 -j DROP', '-p tcp --dport 102 -j ACCEPT'];
    const found = exposure(
      rules.map((rule) => `-A INPUT ${rule}`),
      { peers: { client: ['10.30.0.0/16'] } },
    );
    expect(found?.args).toMatchObject({
      from: ['0.0.0.0/0'],
      more: 0,
      except: ['10.9.0.0/16', '192.0.2.7'],
      moreExcept: 0,
    });
    expect(found?.message).toContain(
      'also admits everyone else on IPv4 except 10.9.0.0/16, 192.0.2.7, e.g. 1.0.0.1; only',
    );
  });

  test('at most five, and how many more', () => {
    const rules = Array.from(
      { length: 9 },
      (_, n) => `-A INPUT -s 192.0.2.${2 * n + 1} -p tcp --dport 102 -j ACCEPT`,
    );
    const found = exposure(rules, { peers: { client: ['10.30.0.0/16'] } });
    expect(found?.args).toMatchObject({ more: 4, witness: '192.0.2.1' });
    expect(found?.args.from).toHaveLength(5);
  });

  test('a hundred thousand: listed in part, not counted', () => {
    const elements = Array.from(
      { length: 100_000 },
      (_, n) => `10.${n >> 15}.${(n >> 7) & 255}.${(2 * n) & 255}`,
    );
    const text = `table inet t {
      set s { type ipv4_addr; elements = { ${elements.join(', ')} } }
      chain c { type filter hook input priority 0; policy drop; ip saddr @s tcp dport 102 accept }
    }`;
    const judgement = audited([], { text, peers: { client: ['192.0.2.1'] } });
    const flow = judgement.flows.find(({ id }) => id === 'outsider>maps-a/server-1.client');
    expect(flow?.proof.allowedFrom).toHaveLength(1000);
    expect(flow?.proof.isCut).toBe(true);
    expect(judgement.findings.find(({ code }) => code === 'exposed')?.args.more).toBeNull();
  });

  test('anywhere reads as anywhere', () => {
    const judgement = audited([ACCEPT_102]);
    expect(judgement.flows[0]?.proof).toMatchObject({ allowedFrom: ['0.0.0.0/0'], witness: '1.0.0.1' });
  });
});

describe('who is asked about', () => {
  test('addresses no machine has are nobody: rules against martians and spoofing block no client', () => {
    const martians = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/4', '255.255.255.255', '10.20.0.11'];
    const judgement = audited([...martians.map((from) => `-A INPUT -s ${from} ! -i lo -j DROP`), ACCEPT_102]);
    expect(ofPort(102, judgement)).toEqual(['client allowed pass']);
  });

  test('the host itself is nobody else', () => {
    const judgement = audited(['-A INPUT -s 10.20.0.11 -j ACCEPT', '-A INPUT -i lo -j ACCEPT'], {
      peers: { client: ['10.20.0.10'] },
    });
    expect(ofPort(102, judgement)).toEqual(['client blocked fail', 'outsider blocked pass']);
  });

  test('a family nothing was said about stays open, unless the host has no address of it', () => {
    const both = audited([ACCEPT_102], { addresses: [] });
    expect(both.flows[0]).toMatchObject({
      verdict: 'unproven',
      proof: { undecidedFrom: ['::/0'], trace: [] },
    });
    expect(both.flows[0]?.proof.why).toMatch(/IPv6: give the output of ip6tables-save too/);
    expect(audited([ACCEPT_102]).flows[0]).toMatchObject({ verdict: 'pass' });
    const closed = audited([], { addresses: [], peers: { client: ['10.30.0.0/16', 'fd00:30::/48'] } });
    expect(closed.flows[0]).toMatchObject({
      verdict: 'fail',
      proof: {
        result: 'undecided',
        blockedFrom: ['10.30.0.0/16'],
        undecidedFrom: ['fd00:30::/48'],
        witness: '10.30.0.1',
        why: null,
      },
    });
  });

  test('several addresses of a family: who must get in must reach all, who must not none', () => {
    const addresses = ['10.20.0.11', '10.20.0.12'];
    const peers = { client: ['10.30.0.0/16'] };
    const one = ['-A INPUT -s 10.30.0.0/16 -d 10.20.0.12/32 -j ACCEPT'];
    expect(ofPort(102, audited(one, { addresses, peers }))[0]).toBe('client blocked fail');
    const other = ['-A INPUT -s 10.30.0.0/16 -j ACCEPT', '-A INPUT -d 10.20.0.12/32 -s 192.0.2.1 -j ACCEPT'];
    const judgement = audited(other, { addresses, peers });
    expect(ofPort(102, judgement)).toEqual(['client allowed pass', 'outsider partly fail']);
    expect(judgement.flows[1]?.proof).toMatchObject({ allowedFrom: ['192.0.2.1'], witness: '192.0.2.1' });
    expect(judgement.flows[1]?.proof.trace.map(({ line }) => line)).toContain(6);
  });
});
