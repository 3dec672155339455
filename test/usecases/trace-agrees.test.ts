import { expect, test } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { trace } from '../../src/usecases/audit/trace.ts';
import { contradict } from '../../src/verdict/trace/conditions.ts';
import type { AuditedFlow } from '../../src/verdict/reports/audit-report.ts';
import type { TracedPacket } from '../../src/verdict/reports/trace-report.ts';
import { shareOfRuns } from '../thorough.ts';
import { randomFrom, pick } from '../kernel/cases/random-ruleset.ts';

// What `audit` says of a flow and what `trace` says of its witness are one answer: neither may decide what the other denies, and
// an answer by case has the same cases in both. VWAUDIT_SEED=7 repeats one ruleset, 0-999 many.

const SITE = siteFromYaml(
  `
hosts: { maps-a: { address: 10.20.0.11, instances: 2, allocator: true } }
peers: { client: [10.30.0.0/16], config-tool: [10.20.9.5], web: [] }
`,
  'vwaudit.yaml',
);
const MACHINE = {
  ...({ dialects: ANY_DIALECT, hook: 'input', isForwarding: false } as const),
  selfAddresses: [parseAddress('10.20.0.12', 'test')],
} as const;
const TOOL = { name: 'vwaudit', version: 'test' };

/** Rules about every dimension that a question leaves open, in the order of a random chain. */
function ruleset(seed: number): string {
  const random = randomFrom(seed);
  const tests = [
    ...['-i eth1', '! -i eth1', '-i docker0', '-s 10.30.0.0/16', '-s 10.30.4.0/24', '! -s 10.30.0.0/16'],
    ...['-p tcp --sport 1024:40000', '-p tcp --sport 53', '-p tcp --dport 102', '-p tcp --dport 10100:10199'],
    ...['-p tcp --dport 8102', '-m ttl --ttl-lt 64', '-m dscp --dscp 0x2e', '-p udp', '-p tcp'],
    ...['-m mark --mark 0x1', '-m mac --mac-source 02:00:00:00:00:01', '-m conntrack --ctstate NEW'],
  ];
  const last = [
    ...['-m limit --limit 25/sec --limit-burst 100', '-m recent --rcheck --name d --seconds 60'],
    ...[
      '-p tcp -m connlimit --connlimit-above 20 --connlimit-saddr',
      '-m time --timestart 08:00 --timestop 18:00',
    ],
    ...[
      '-m recent --update --name d --seconds 60 --hitcount 6',
      '-m statistic --mode random --probability 0.5',
    ],
  ];
  const rule = (chain: string): string => {
    const own = [pick(random, tests), ...(random() < 0.5 ? [pick(random, tests)] : [])];
    if (random() < 0.25) own.push(pick(random, last));
    const words = own.filter((one, at) => own.findIndex((other) => optionOf(other) === optionOf(one)) === at);
    return `-A ${chain} ${words.join(' ')} -j ${pick(random, ['ACCEPT', 'ACCEPT', 'DROP'])}`;
  };
  const many = (chain: string, most: number): readonly string[] =>
    Array.from({ length: Math.floor(random() * most) }, () => rule(chain));
  const to = pick(random, ['10.20.0.11:8102', '172.17.0.2:102', '172.17.0.2:8102', '10.20.0.12:102']);
  const nat =
    random() < 0.4
      ? [
          ...['*nat', ':PREROUTING ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]', ':POSTROUTING ACCEPT [0:0]'],
          `-A PREROUTING ${pick(random, ['', '! -i docker0 ', '-s 10.30.0.0/16 '])}-p tcp -m tcp --dport 102 -j DNAT --to-destination ${to}`,
          'COMMIT',
        ]
      : [];
  const policy = (): string => pick(random, ['ACCEPT', 'DROP', 'DROP']);
  return [
    ...nat,
    ...['*filter', `:INPUT ${policy()} [0:0]`, `:FORWARD ${policy()} [0:0]`, ':OUTPUT ACCEPT [0:0]'],
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...many('INPUT', 6),
    ...many('FORWARD', 4),
    'COMMIT',
    '',
  ].join('\n');
}

/** A rule takes each once. */
function optionOf(test: string): string {
  const [first = '', second = ''] = test.replace('! ', '').split(' ');
  return first === '-m' ? second : first;
}

async function compared(text: string): Promise<readonly string[]> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) };
  const common = { ...MACHINE, files: ['rules.txt'] };
  const { flows } = await audit(SITE, { ...common, interfaces: [], rulesOf: null }, { system, tool: TOOL });
  const packets = [...new Set(flows.flatMap((flow) => portsOf(flow).map((from) => packetOf(flow, from))))];
  const { packets: traced } = await trace({ ...common, packets, list: null }, { system, tool: TOOL });
  return flows.flatMap((flow) => {
    const tracedFrom = (from: number | null): TracedPacket => traced[packets.indexOf(packetOf(flow, from))]!;
    const why = disagreement(flow, tracedFrom);
    return why === null
      ? []
      : [`${flow.id} (${flow.expected}) ${packetOf(flow, flow.proof.witnessPort)}: ${why}`];
  });
}

/** The source ports that the witness has, and those that cases ask for. */
function portsOf({ proof: { witnessPort, cases } }: AuditedFlow): readonly (number | null)[] {
  return [witnessPort, ...cases.flatMap(({ sourcePort }) => sourcePort ?? [])];
}

function packetOf({ transport, port, proof }: AuditedFlow, sourcePort: number | null): string {
  const from = sourcePort === null ? '' : `:${sourcePort}`;
  return `${transport} ${proof.witness}${from} > 10.20.0.11:${port}`;
}

type Row = Pick<AuditedFlow['proof'], 'result' | 'cases' | 'allowedFrom' | 'blockedFrom'>;

type RowCase = AuditedFlow['proof']['cases'][number];

/** @param tracedFrom what `trace` says of the witness from a source port: an outsider chooses his */
function disagreement(
  { expected, proof }: AuditedFlow,
  tracedFrom: (sourcePort: number | null) => TracedPacket,
): string | null {
  const packet = tracedFrom(proof.witnessPort);
  const fate = fateOf(expected, proof);
  const results = new Set(packet.cases.map(({ result }) => result));
  const may = (result: 'allowed' | 'blocked'): boolean => packet.result === result || results.has(result);
  const said = `audit says ${fate}, trace ${packet.result} ${[...results].join()}`;
  switch (fate) {
    case 'allowed':
      return may('allowed') ? null : said;
    case 'blocked':
      return (expected === 'blocked' ? packet.result === 'blocked' : may('blocked')) ? null : said;
    case 'undecided':
      return packet.result === 'undecided' || packet.result === 'depends' || isLedOn(packet) ? null : said;
    case 'depends': {
      const shown = proof.cases.filter((one) => one.result !== 'undecided').flatMap(asTraced);
      const missing = shown.filter(
        (one) => !isReportedBy(one, tracedFrom(one.sourcePort ?? proof.witnessPort)),
      );
      if (missing.length > 0) return `${said}: no case of ${JSON.stringify(missing)}`;
      const isOne = new Set(shown.map(({ result }) => result)).size < 2;
      return isOne || shown.some(({ sourcePort }) => sourcePort !== undefined) || packet.result === 'depends'
        ? null
        : said;
    }
  }
}

const isLedOn = ({ trace: path }: TracedPacket): boolean => path.some(({ effect }) => effect === 'nat');

/** `trace` takes for granted, and says so, that what NAT leads elsewhere is forwarded and served there. */
function asTraced(one: RowCase): readonly RowCase[] {
  const isOfNat = (each: RowCase['conditions'][number]): boolean =>
    each.kind === 'test' && ['forwarding', 'listening-port'].includes(each.reason?.code ?? '');
  const { conditions } = one;
  if (conditions.some((each) => isOfNat(each) && each.kind === 'test' && !each.holds)) return [];
  return [{ ...one, conditions: conditions.filter((each) => !isOfNat(each)) }];
}

/** What the witness of the row shows. */
function fateOf(
  expected: AuditedFlow['expected'],
  { result, allowedFrom, blockedFrom }: Row,
): Exclude<Row['result'], 'partly'> {
  const [wrong, isWrong] =
    expected === 'reachable'
      ? (['blocked', blockedFrom.length > 0] as const)
      : (['allowed', allowedFrom.length > 0] as const);
  if (isWrong) return wrong;
  return result === 'partly' ? 'undecided' : result;
}

/** Where a trace tells so many cases, it may leave some out. */
const MANY_CASES = 64;

/**
 * Some case of the trace may hold where this one does, and fares alike. Of tests that make no difference either of them may leave some
 * out, so that neither need be part of the other.
 */
function isReportedBy({ conditions, result }: RowCase, packet: TracedPacket): boolean {
  if (packet.result === result || packet.cases.length >= MANY_CASES) return true;
  const own = conditions.map(anywhere);
  return packet.cases.some((one) => one.result === result && !contradict(one.conditions.map(anywhere), own));
}

/** A test that several rules have is told of the first that it matters to. */
function anywhere(condition: RowCase['conditions'][number]): RowCase['conditions'][number] {
  return condition.kind === 'test' ? { ...condition, rule: null } : condition;
}

function seedsOf(first: number, last = first): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, nth) => first + nth);
}

test('audit and trace give one answer', { timeout: 3_600_000 }, async () => {
  const only = process.env.VWAUDIT_SEED;
  const seeds =
    only === undefined
      ? seedsOf(0, shareOfRuns(10, 1000) - 1)
      : seedsOf(...(only.split('-').map(Number) as [number, number?]));
  for (const seed of seeds) {
    const text = ruleset(seed);
    expect(await compared(text), `seed ${seed}\n${text}`).toEqual([]);
  }
});
