import type { Address } from '../../net/address.ts';
import { onlyAddress } from '../../net/address-set.ts';
import { isWithin, type IntervalSet } from '../../net/interval-set.ts';
import type { FlowQuestion } from '../model/question.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import type { Scenario } from '../netfilter/scenario.ts';
import { telling } from './cases/cases.ts';
import { sourcePortOf } from './cases/split-case.ts';
import { scenariosOf } from './scenarios.ts';
import { cut } from './solve.ts';

/** What a packet has to be like to fare so; null and nothing where any usual one does. */
export interface WitnessPacket {
  readonly sourcePort: number | null;
  /** Null where any address of the host will do. */
  readonly destination: Address | null;
  /** The interfaces it comes and leaves by, where they are stated. */
  readonly inInterface: string | null;
  readonly outInterface: string | null;
  /** It does not come or leave by these: there another packet does it. */
  readonly notBy: readonly string[];
  /** Tests of its header, as rules write them, that only an unusual one meets. */
  readonly header: readonly string[];
}

const ANY: WitnessPacket = {
  ...{ sourcePort: null, destination: null, inInterface: null, outInterface: null },
  ...{ notBy: [], header: [] },
};

/** A packet by which a sender who may choose gets in, or by which a client that must get in does not. Ask with one source. */
export function witnessPacket(
  firewall: Firewall,
  question: FlowQuestion,
  fate: 'allowed' | 'blocked',
): WitnessPacket {
  const [part] = scenariosOf(question);
  if (part === undefined) return ANY;
  const asked = part.case;
  const to = question.destination;
  const destination = (to === null ? undefined : onlyAddress(to.in, to.family)) ?? null;
  const named = {
    destination,
    inInterface: nameOf(asked.inInterface),
    outInterface: nameOf(asked.outInterface),
  };
  const isChosen = asked.sender === (fate === 'allowed' ? 'anybody' : 'every-client');
  if (!isChosen) return { ...ANY, ...named };
  const { found, notBy } = tellingByInterface(firewall, asked, part.peers, fate);
  return {
    sourcePort: sourcePortOf(found),
    ...named,
    notBy,
    header: headerOf(firewall, asked, found, part.peers),
  };
}

interface Telling {
  readonly found: Scenario;
  readonly notBy: readonly string[];
}

/** The case of every interface but those that rules name, as the path shows it; with these names where not the same packet does it by all. */
function tellingByInterface(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  fate: 'allowed' | 'blocked',
): Telling {
  const { decided, split } = cut(firewall, asked, peers);
  const { parts } = split;
  const isOfInterface = parts[0]?.conditions[0]?.kind === 'interface';
  const alone = { found: telling(firewall, asked, peers, fate), notBy: [] };
  if (!isOfInterface || isWithin(peers, decided[fate])) return alone;
  const all = parts.map((part) => tellingByInterface(firewall, part.case, peers, fate));
  const last = all.at(-1) ?? alone;
  const names = parts.flatMap(({ conditions: [condition] }, at) => {
    const isAlike = all[at] !== undefined && choicesOf(all[at].found) === choicesOf(last.found);
    return condition?.kind === 'interface' && condition.name !== null && !isAlike ? [condition.name] : [];
  });
  return { found: last.found, notBy: [...new Set([...names, ...last.notBy])] };
}

function choicesOf({ sourcePorts, settled, opening }: Scenario): string {
  return JSON.stringify([sourcePorts.map(String), [...settled].sort(), opening]);
}

function nameOf(name: string | null): string | null {
  return name === '' || name === 'lo' ? null : name;
}

function headerOf(
  firewall: Firewall,
  asked: Scenario,
  found: Scenario,
  peers: IntervalSet,
): readonly string[] {
  const { openTests } = cut(firewall, asked, peers).split;
  return [...openTests].flatMap(([key, { match, dimension }]) => {
    const holds = found.settled.get(key);
    const isHeader = dimension === 'header' || dimension === 'contents';
    if (!isHeader || holds === undefined || holds === (match.known?.ifPlain ?? false)) return [];
    return [holds ? match.text : `not ${match.text}`];
  });
}
