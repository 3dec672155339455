import { answerCases, type AnswerCase } from '../../../src/firewall/proof/evaluate.ts';
import { accessProver, type AccessProof } from '../../../src/firewall/proof/prove-access.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { FIRST_CLIENT_PORT } from '../../../src/firewall/proof/cases/split-case.ts';
import type { CaseCondition } from '../../../src/firewall/proof/cases/case-condition.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix, type Prefix } from '../../../src/net/prefix.ts';
import {
  DSCPS,
  fits,
  LENGTHS,
  LINKS,
  PORTS,
  SERVER,
  SOURCE_PORTS,
  SOURCES,
  TTLS,
  type Probe,
  type RandomRuleset,
} from './random-ruleset.ts';

/** A datagram that was sent, and whether it came in. */
export interface Sent {
  readonly probe: Probe;
  readonly hasArrived: boolean;
}

export interface Judged {
  /** Cases of an answer, and answers about whoever may choose, that at least one datagram was held against. */
  readonly cases: number;
  /** Datagrams held against them. */
  readonly packets: number;
  readonly undecided: number;
  readonly wrong: readonly string[];
}

/** What is said of one source and port. */
interface Answered {
  readonly port: Probe['port'];
  readonly source: Probe['source'];
  readonly cases: readonly AnswerCase[];
  /** Of a source that may choose how it comes; null where nobody was asked about. */
  readonly exposure: {
    readonly fate: AccessProof['fate'];
    readonly sourcePort: Probe['sourcePort'] | null;
    /** By any one of these. */
    readonly links: readonly Probe['link'][];
  } | null;
}

/** Every answer about the ruleset that its packets are held against. */
export function answersTo({ text, dialect, sets }: RandomRuleset): readonly Answered[] {
  const machine = firewall(
    parseRulesets([
      { text, file: 'random', dialect, isCollected: true },
      ...(sets === null
        ? []
        : [{ text: sets(''), file: 'sets', dialect: 'ipset' as const, isCollected: true }]),
    ]),
  );
  const prove = accessProver(machine);
  const destination = parseAddress(SERVER, 'server');
  return PORTS.flatMap((port) =>
    SOURCES.map((source): Answered => {
      const flow = { transport: 'udp', port, hook: 'input', interface: null } as const;
      const sources = [parsePrefix(source, 'source')];
      const exposed = prove({
        ...flow,
        expected: 'blocked',
        permitted: everybodyBut(source),
        destinations: [destination],
        selfAddresses: [],
      });
      return {
        port,
        source,
        cases: answerCases(machine, flowQuestion({ ...flow, sources, destination, neighbours: 'known' })),
        exposure: exposed === null ? null : exposureOf(exposed),
      };
    }),
  );
}

function exposureOf({ fate, packetOf, witness }: AccessProof): Answered['exposure'] {
  const packet = packetOf(witness);
  const links = LINKS.filter((name) => packet?.notBy.includes(name) !== true);
  return { fate, sourcePort: nearest(packet?.sourcePort ?? null), links };
}

/** Datagrams one of which has to get in where the source is exposed: from the port and by the interface that are reported, where any will do by one of them. */
export function attempts({ port, source, exposure }: Answered, link: Probe['link']): readonly Probe[] {
  if (exposure?.fate !== 'allowed') return [];
  const [other = link] = exposure.links;
  const by = exposure.links.includes(link) ? link : other;
  const rest = { link: by, port, source, isAboveLimit: false, isListed: false };
  const ports: readonly Probe['sourcePort'][] =
    exposure.sourcePort === null ? SOURCE_PORTS : [exposure.sourcePort];
  return ports.flatMap((sourcePort) =>
    TTLS.flatMap((ttl) =>
      DSCPS.flatMap((dscp) => LENGTHS.map((length) => ({ ...rest, sourcePort, ttl, dscp, length }))),
    ),
  );
}

/** Holds the answers against what became of the packets. */
export function judge(answers: readonly Answered[], ruleset: RandomRuleset, sent: readonly Sent[]): Judged {
  const wrong: string[] = [];
  let [judged, packets, undecided] = [0, 0, 0];
  for (const { port, source, cases, exposure } of answers) {
    const own = sent.filter(({ probe }) => probe.port === port && probe.source === source);
    const named = new Set(cases.flatMap(({ conditions }) => namesIn(conditions)));
    for (const { conditions, fate } of cases) {
      if (fate === 'undecided' || fate === 'depends') {
        undecided++;
        continue;
      }
      const isOther = conditions.some((one) => one.kind === 'interface' && one.names.length === 0);
      // That clients use no lower ports is assumed where no case is about them.
      const isOfPorts = conditions.some(({ kind }) => kind === 'source-port');
      const before = packets;
      for (const { probe, hasArrived } of own) {
        if (!isOfPorts && probe.sourcePort < FIRST_CLIENT_PORT) continue;
        if ((isOther && named.has(probe.link)) || !fits(conditions, probe, ruleset)) continue;
        packets++;
        if (hasArrived === (fate === 'allowed')) continue;
        const what = `${fate} where ${conditions.map(shown).join(', ')}`;
        wrong.push(`${what}, but ${hasArrived ? 'arrives' : 'does not arrive'}: ${JSON.stringify(probe)}`);
      }
      if (packets > before) judged++;
    }
    const come = own.find(({ hasArrived }) => hasArrived);
    if (exposure?.fate === 'blocked') {
      packets += own.length;
      if (own.length > 0) judged++;
      if (come !== undefined) wrong.push(`not exposed, but arrives: ${JSON.stringify(come.probe)}`);
    } else if (exposure?.fate === 'allowed' && !ruleset.hasLimit && exposure.links.length > 0) {
      judged++;
      packets++;
      const isFrom = (probe: Probe): boolean =>
        (exposure.sourcePort === null || probe.sourcePort === exposure.sourcePort) &&
        exposure.links.includes(probe.link);
      if (!own.some(({ probe, hasArrived }) => hasArrived && isFrom(probe)))
        wrong.push(
          `${source} exposed to from port ${String(exposure.sourcePort)}, but nothing gets in to ${port}`,
        );
    }
    // What else is said of who may choose depends on the interface, which the cases are about.
  }
  return { cases: judged, packets, undecided, wrong };
}

function everybodyBut(source: string): readonly Prefix[] {
  const { value } = parseAddress(source, 'source');
  return Array.from({ length: 32 }, (_, bit) => {
    const bits = BigInt(31 - bit);
    return { family: 4, first: ((value >> bits) ^ 1n) << bits, length: bit + 1 };
  });
}

/** The one of the ports sent from that is in the same class: tests of ports begin or end between them. */
function nearest(port: number | null): Probe['sourcePort'] | null {
  if (port === null) return null;
  return SOURCE_PORTS.find((_, nth) => port < [1024, 20_000, 40_000, 65_536][nth]!) ?? null;
}

function shown(condition: CaseCondition): string {
  return condition.kind === 'test'
    ? `${condition.holds ? '' : 'not '}(${condition.text})`
    : JSON.stringify(condition);
}

function namesIn(conditions: readonly CaseCondition[]): readonly string[] {
  return conditions.flatMap((one) => (one.kind === 'interface' ? one.names : []));
}
