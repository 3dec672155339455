import { FAMILIES, formatAddress, parseAddress, type Family } from '../../../src/net/address.ts';
import { lowestAddress } from '../../../src/net/address-set.ts';
import { intersect, isSame } from '../../../src/net/interval-set.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { Proof } from '../../../src/firewall/proof/proof.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import type { Ruleset } from '../../../src/firewall/model/ruleset.ts';
import { LANES, OWN, type Lane } from './places.ts';

/** One state of the kernel as one tool tells it, and what the evaluator makes of that. */
export interface View {
  readonly name: string;
  /** One for each question. */
  readonly answers: readonly Proof[];
}

export function viewOf(name: string, rulesets: readonly Ruleset[]): View {
  const machine = firewall(rulesets);
  return { name, answers: QUESTIONS.map(({ question }) => evaluate(machine, question)) };
}

/** What one view allows and another blocks. */
export function contradictions(a: View, b: View): readonly string[] {
  return [...against(a, b), ...against(b, a)];
}

function against(a: View, b: View): readonly string[] {
  return QUESTIONS.flatMap((one, i) =>
    FAMILIES.flatMap((family) => {
      const both = intersect(a.answers[i]!.allowed[family], b.answers[i]!.blocked[family]);
      const witness = lowestAddress(both, family);
      return witness === undefined
        ? []
        : [`${one.name} from ${formatAddress(witness)}: ${a.name} allows, ${b.name} blocks`];
    }),
  );
}

/** Where two views are not of one mind, undecided included. */
export function differences(a: View, b: View): readonly string[] {
  return QUESTIONS.flatMap((one, i) =>
    (['allowed', 'blocked', 'undecided'] as const)
      .filter((kind) => FAMILIES.some((f) => !isSame(a.answers[i]![kind][f], b.answers[i]![kind][f])))
      .map((kind) => `${one.name}: other sources ${kind} by ${a.name} than by ${b.name}`),
  );
}

/** Everybody's address: the answers are compared as sets, so that no packet is left out. */
const ANYBODY: Readonly<Record<Family, readonly string[]>> = { 4: ['0.0.0.0/0'], 6: ['::/0'] };

/** An odd one, both ends and the middle of the scheme. */
const PORTS_ASKED = [101, 102, 10100, 10103, 10200];

interface Asked {
  /** Where the packet goes, as a person reads it. */
  readonly name: string;
  readonly question: FlowQuestion;
}

const QUESTIONS: readonly Asked[] = LANES.flatMap((lane) =>
  FAMILIES.flatMap((family) =>
    (['udp', 'tcp'] as const).flatMap((transport) => [
      ...PORTS_ASKED.map((port) => asked(lane, family, { transport, port })),
      asked(lane, family, { transport, port: 103, state: 'established' }),
      asked(lane, family, { transport, port: 104, interface: null, sourcePorts: null }),
    ]),
  ),
);

function asked(
  { name, hook, interface: link, destinations }: Lane,
  family: Family,
  given: Pick<FlowQuestion, 'transport' | 'port'> & Partial<FlowQuestion>,
): Asked {
  const to = destinations[family][0]!;
  const question = flowQuestion({
    hook,
    interface: link,
    sources: ANYBODY[family].map((text) => parsePrefix(text, 'source')),
    sourcePorts: [20000, 20001],
    neighbours: 'known',
    destination: parseAddress(to, 'destination'),
    selfAddresses: OWN[family].map((text) => parseAddress(text, 'own')),
    ...given,
  });
  return { name: `${name}, ${question.state} ${given.transport} to ${to} port ${given.port}`, question };
}
