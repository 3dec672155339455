import { parseAddress, type Family } from '../../../src/net/address.ts';
import { toBound } from '../../../src/net/address-set.ts';
import { prefixOf } from '../../../src/net/prefix.ts';
import { holds } from '../../../src/net/interval-set.ts';
import { evaluate } from '../../../src/firewall/evaluate/evaluate.ts';
import { firewall } from '../../../src/firewall/evaluate/firewall.ts';
import { flowQuestion } from '../../../src/firewall/evaluate/question.ts';
import type { Ruleset } from '../../../src/firewall/ruleset.ts';
import { SERVER, SOURCES, type Fate } from './oracle.ts';

export interface Comparison {
  readonly pairs: number;
  readonly undecided: number;
  /** By datagram: what the kernel did and what we said. */
  readonly disagreements: ReadonlyMap<string, string>;
}

/** Holds what the kernel did with every datagram against what the evaluator says of it. */
export function compare(rulesets: readonly Ruleset[], family: Family, fates: readonly Fate[]): Comparison {
  const machine = firewall(rulesets);
  const destination = parseAddress(SERVER[family], 'server');
  const sources = SOURCES[family].map((text) => prefixOf(parseAddress(text, 'source')));
  const byQuestion = grouped(fates);
  const disagreements = new Map<string, string>();
  let undecided = 0;
  for (const group of byQuestion.values()) {
    const { port, sourcePort } = group[0]!;
    const question = flowQuestion({
      sources,
      destination,
      transport: 'udp',
      port,
      sourcePorts: [sourcePort, sourcePort + 1],
      interface: 'v1b',
    });
    const proof = evaluate(machine, question);
    for (const fate of group) {
      const name = `${fate.source} ${fate.isLowPort} ${port}`;
      const source = toBound(parseAddress(fate.source, 'source'));
      const told = `${fate.source}:${sourcePort} > ${port}: kernel ${fate.arrived ? 'delivered' : 'dropped'}${fate.answered ? ', answered' : ''}`;
      if (holds(proof.allowed[family], source)) {
        if (!fate.arrived || !fate.answered) disagreements.set(name, `${told}; we say allowed`);
      } else if (holds(proof.blocked[family], source)) {
        if (fate.arrived) disagreements.set(name, `${told}; we say blocked`);
      } else undecided += fate.arrived && !fate.answered ? 0 : 1;
    }
  }
  return { pairs: fates.length, undecided, disagreements };
}

function grouped(fates: readonly Fate[]): ReadonlyMap<string, readonly Fate[]> {
  const groups = new Map<string, Fate[]>();
  for (const fate of fates) {
    const key = `${fate.port} ${fate.sourcePort}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fate]);
    else group.push(fate);
  }
  return groups;
}
