import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion } from '../../src/firewall/model/question.ts';
import type { AddressSets } from '../../src/firewall/proof/proof.ts';
import { parseAddress } from '../../src/net/address.ts';
import { isWithin } from '../../src/net/interval-set.ts';
import { ANYWHERE } from '../../src/net/prefix.ts';

/** What a ruleset is found to do with everybody's packets to one port. */
export interface Answer {
  readonly asked: string;
  readonly allowed: AddressSets;
  readonly blocked: AddressSets;
}

const PORTS = [22, 102, 10100, 10301] as const;

/** @throws InputError for a text that is refused */
export function answersOf(text: string, file: string): readonly Answer[] {
  const machine = firewall(parseRulesets([{ text, file, dialect: null }]));
  return (['input', 'forward'] as const).flatMap((hook) =>
    ['10.20.0.11', 'fd00:20::11'].flatMap((to) =>
      PORTS.map((port) => {
        const destination = parseAddress(to, 'to');
        const { allowed, blocked } = evaluate(
          machine,
          flowQuestion({ hook, port, transport: 'tcp', destination, sources: ANYWHERE }),
        );
        return { asked: `${hook} ${to} ${port}`, allowed, blocked };
      }),
    ),
  );
}

/** Something is decided that the whole text does not say. */
export function isContradiction(found: Answer, whole: Answer): boolean {
  return ([4, 6] as const).some(
    (family) =>
      !isWithin(found.allowed[family], whole.allowed[family]) ||
      !isWithin(found.blocked[family], whole.blocked[family]),
  );
}
