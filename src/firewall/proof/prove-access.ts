import { FAMILIES, formatAddress, type Address, type Family } from '../../net/address.ts';
import { EVERY_ADDRESS, toBound, toPrefixes, eachFamily } from '../../net/address-set.ts';
import { holds, intersect, subtract } from '../../net/interval-set.ts';
import { prefixOf } from '../../net/prefix.ts';
import type { InterfaceMatch } from '../model/match.ts';
import {
  answerCases,
  answerConditions,
  caseFates,
  chosenKnocks,
  evaluate,
  traceRules,
  type AnswerCase,
} from './evaluate.ts';
import { workOf } from '../netfilter/work.ts';
import { unspokenIn, type Firewall, type Unspoken } from '../netfilter/machine/firewall.ts';
import type { Knock } from '../netfilter/scenario.ts';
import { withAccepts, type Accept } from '../netfilter/machine/with-accepts.ts';
import { namedInterfaces } from './named-interfaces.ts';
import { networkOf, type Access } from './access.ts';
import { keyOf } from './key-of.ts';
import { hasUnorderedLists } from './unordered/passed-over.ts';
import { portClasses } from './port-classes.ts';
import { noWayOf, type NoWay } from './without-way.ts';
import { witnessPacket, type WitnessPacket } from './witness-packet.ts';
import {
  decidedQuestions,
  dependsOf,
  ofFamily,
  partOf,
  unresolvedOf,
  type Ask,
  type Kind,
  type Part,
} from './shares/part-of-family.ts';
import { proof, type AddressSets, type Proof } from './proof.ts';
import { pickWitness, sharesOf, type Shares } from './shares/shares.ts';
import type { CaseCondition } from './cases/case-condition.ts';
import type { TraceEntry } from '../netfilter/trace/trace-entry.ts';
import type { FlowQuestion } from '../model/question.ts';

export interface AccessProof {
  /** Its trace is the path of the witness. */
  readonly proof: Proof;
  /** A source that shows what is wrong, else what is open, else what is right: the lowest. */
  readonly witness: Address;
  /** What happens to the witness. */
  readonly fate: Kind;
  /** The rules another source of the same fate and family meets. */
  readonly pathOf: (source: Address) => readonly TraceEntry[];
  /** Those that it would meet if such rules were put in. */
  readonly pathWith: (source: Address, accepts: readonly Accept[]) => readonly TraceEntry[];
  /** The same access on the machine as it would be then. */
  readonly foundAfter: (change: Change) => AccessProof | null;
  /** Which rules let those in who get in, or keep those out who do not: every one of them is in one share, the largest first. */
  readonly sharesOf: (kind: 'allowed' | 'blocked') => Shares;
  /** What a packet of it has to be like to fare so; null where that is open. */
  readonly packetOf: (source: Address) => WitnessPacket | null;
  /** What it has to send before; mostly nothing. */
  readonly knocksOf: (source: Address) => readonly Knock[];
  /** The cases that the answer for such a source depends on. */
  readonly casesOf: (source: Address) => readonly AnswerCase[];
  /** All sources that the answer is open for fare as this one in each of the cases. */
  readonly areCasesOfAll: (source: Address) => boolean;
  /** The answer hangs on the same rules for all sources that it is open for. */
  readonly isOpenAlike: () => boolean;
  /** Some question about the rules was not followed to its end. */
  readonly isCut: () => boolean;
  /** Some list of the rules has no order: the rules that decide nothing may tell why. */
  readonly isUnordered: boolean;
  /** What a source that gets in relies on: a plain first connection within every limit. */
  readonly conditionsOf: (source: Address) => readonly CaseCondition[];
  /** The interfaces that the rule of such an entry names. */
  readonly namedBy: (entry: TraceEntry, field: InterfaceMatch['field']) => readonly string[];
  /** The family of the witness, where no ruleset speaks for it. */
  readonly unspoken: Unspoken | null;
  /** Chains may run in another order than they are listed in. */
  readonly isOrderOpen: boolean;
  /** Routes, not rules, keep the witness out; else null. */
  readonly noWay: NoWay | null;
  /** Addresses nobody on the network can speak from, the host's own among them: none of them was asked about. */
  readonly elsewhere: AddressSets;
}

/** What an administrator may change. */
export interface Change {
  readonly accepts: readonly Accept[];
  /** The families whose packets the machine forwards from then on. */
  readonly forwards: readonly Family[];
}

/**
 * Proves access after access to one firewall. Ports that no rule tells apart share their proofs: the very same object.
 */
export function accessProver(firewall: Firewall): (access: Access) => AccessProof | null {
  const classOf = portClasses(firewall);
  const ask = remembered(
    (question: FlowQuestion) => evaluate(firewall, question),
    (question) => keyOf({ ...question, port: classOf(question), besides: openAt(question) }),
  );
  // Findings whose cures change the same share what is proven of the machine as it would be then.
  const proverWith = remembered(
    (accepts: readonly Accept[]) => accessProver(withAccepts(firewall, accepts, null)),
    (accepts) => keyOf(accepts),
  );
  return remembered(
    (access: Access) => proveAccess(firewall, { ask, proverWith }, access),
    (access) => keyOf({ ...access, port: classOf(access), besides: openAt(access) }),
  );
}

/** Who may connect to this very port of the host or another: ports of a class need not have that in common. */
function openAt({
  admitted = [],
  port,
}: Partial<Pick<FlowQuestion, 'admitted'>> & Pick<Access, 'port'>): readonly unknown[] {
  return admitted.filter((one) => one.port === port).map(({ at, from }) => [at, from]);
}

/** The function with what it found before for the same key. */
function remembered<Asked, Found>(
  find: (asked: Asked) => Found,
  nameOf: (asked: Asked) => string,
): (asked: Asked) => Found {
  const known = new Map<string, { readonly found: Found }>();
  return (asked) => {
    const key = nameOf(asked);
    const entry = known.get(key) ?? { found: find(asked) };
    known.set(key, entry);
    return entry.found;
  };
}

/**
 * What the firewall does with everybody asked about. Where a host has several addresses of a family, each source counts by the
 * worst: who must get in has to reach all of them, who must not none. Null where there is nobody to ask about.
 */
function proveAccess(firewall: Firewall, { ask, proverWith }: Proving, access: Access): AccessProof | null {
  const parts = FAMILIES.flatMap((family) => partOf(firewall, ask, access, family));
  const found = findWitness(parts, access.expected);
  if (found === null) return null;
  const gathered = (kind: Kind | 'inPart'): AddressSets =>
    eachFamily((family) => ofFamily(parts, family, kind));
  const { part, kind, witness } = found;
  const askedOf = (source: Address): FlowQuestion | null => {
    const own = parts.filter(({ family }) => family === source.family).flatMap(({ asked }) => asked);
    const shown = own.find(({ answer }) => holds(answer[kind][source.family], toBound(source)));
    return shown === undefined ? null : { ...shown.question, sources: [prefixOf(source)] };
  };
  // The summary, the findings and the advice ask for the same sources.
  const pathOf = remembered((source: Address): readonly TraceEntry[] => {
    const question = askedOf(source);
    return question === null ? [] : traceRules(firewall, question);
  }, formatAddress);
  const pathWith = (source: Address, accepts: readonly Accept[]): readonly TraceEntry[] => {
    const question = askedOf(source);
    return question === null ? [] : traceRules(withAccepts(firewall, accepts, source), question);
  };
  const foundAfter = ({ accepts, forwards }: Change): AccessProof | null => {
    const { isForwarding = { 4: null, 6: null } } = access;
    const isOn = Object.fromEntries(forwards.map((family) => [family, true]));
    return proverWith(acceptsForAll(accepts))({ ...access, isForwarding: { ...isForwarding, ...isOn } });
  };
  const sharesOfKind = (which: 'allowed' | 'blocked'): Shares =>
    sharesOf(
      firewall,
      parts.flatMap((of) => decidedQuestions(of, which)),
    );
  const packetOf = (source: Address): WitnessPacket | null => {
    const question = askedOf(source);
    return question === null || kind === 'undecided' ? null : witnessPacket(firewall, question, kind);
  };
  const knocksOf = (source: Address): readonly Knock[] => {
    const question = kind === 'allowed' ? askedOf(source) : null;
    return question === null ? [] : chosenKnocks(firewall, question);
  };
  const areCasesOfAll = (source: Address): boolean => {
    const question = askedOf(source);
    if (question === null) return false;
    const own = caseFates(firewall, question).join();
    return parts.every(({ family, undecided, asked }) => {
      let rest = undecided;
      return asked.every(({ question: each, answer }) => {
        const those = intersect(rest, answer.undecided[family]);
        rest = subtract(rest, those);
        if (those.length === 0) return true;
        const sources = toPrefixes(those, family, MAX_COMPARED);
        return sources.length < MAX_COMPARED && caseFates(firewall, { ...each, sources }).join() === own;
      });
    });
  };
  const isOpenAlike = (): boolean => {
    const open = parts.flatMap(({ family, undecided, asked }) =>
      asked.flatMap(({ question, answer }) => {
        const sources = toPrefixes(intersect(undecided, answer.undecided[family]), family, MAX_COMPARED);
        return sources.length === 0 ? [] : [{ ...question, sources }];
      }),
    );
    if (open.some(({ sources }) => sources.length >= MAX_COMPARED)) return false;
    const rules = open.flatMap((question) =>
      // Of several one is enough to leave something open; which of them does may differ from source to source.
      traceRules(firewall, question).filter(
        ({ effect, reasons }) =>
          effect === 'undecided' || reasons.some(({ code }) => code === 'makes-no-difference'),
      ),
    );
    return new Set(rules.map(({ file, line, rule }) => `${file}:${line} ${rule}`)).size <= 1;
  };
  const casesOf = remembered((source: Address): readonly AnswerCase[] => {
    const question = askedOf(source);
    return question === null ? [] : answerCases(firewall, question);
  }, formatAddress);
  const conditionsOf = (source: Address): readonly CaseCondition[] => {
    const question = askedOf(source);
    return question === null ? [] : answerConditions(firewall, question);
  };
  const assumptions = parts.flatMap(({ asked }) => asked.flatMap(({ answer }) => answer.assumptions));
  return {
    proof: proof({
      allowed: gathered('allowed'),
      blocked: gathered('blocked'),
      undecided: gathered('undecided'),
      unresolved: eachFamily((family) => unresolvedOf(parts, family)),
      depends: eachFamily((family) => dependsOf(parts, family)),
      inPart: gathered('inPart'),
      findTrace: () => pathOf(witness),
      assumptions: [...new Set(assumptions)].sort(),
    }),
    witness,
    fate: kind,
    isUnordered: hasUnorderedLists(firewall),
    pathOf,
    pathWith,
    foundAfter,
    sharesOf: remembered(sharesOfKind, String),
    packetOf,
    knocksOf,
    casesOf,
    areCasesOfAll,
    isOpenAlike,
    conditionsOf,
    namedBy: (entry, field) => namedInterfaces(firewall, entry, field),
    unspoken: unspokenIn(firewall, part.family),
    isOrderOpen: firewall.otherOrder !== null,
    isCut: () => workOf(firewall).isCut,
    noWay: access.expected === 'reachable' ? noWayOf(access.dead ?? [], witness) : null,
    elsewhere: eachFamily((family) => subtract(EVERY_ADDRESS[family], networkOf(access, family))),
  };
}

interface Proving {
  readonly ask: Ask;
  /** Of the machine with rules put in. */
  readonly proverWith: (accepts: readonly Accept[]) => (access: Access) => AccessProof | null;
}

/** Those that let more in than the source they are for: each once, in the order of their texts. */
function acceptsForAll(accepts: readonly Accept[]): readonly Accept[] {
  const all = accepts
    .filter(({ of }) => of !== 'source')
    .map(({ of, before: { file, family, table, base, hook } }): Accept => ({
      ...{ of, before: { file, family, table, base, hook } },
    }));
  const byText = new Map(all.map((one) => [keyOf(one), one]));
  return [...byText.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, accept]) => accept);
}

/** Whether all of more prefixes fare alike is not looked at. */
const MAX_COMPARED = 512;

/** Most telling first. */
const BY_RELEVANCE = {
  reachable: ['blocked', 'undecided', 'allowed'],
  blocked: ['allowed', 'undecided', 'blocked'],
} as const satisfies Record<Access['expected'], readonly Kind[]>;

function findWitness(
  parts: readonly Part[],
  expected: Access['expected'],
): { readonly part: Part; readonly kind: Kind; readonly witness: Address } | null {
  for (const kind of BY_RELEVANCE[expected]) {
    for (const part of parts) {
      const witness = pickWitness(part[kind], part.family);
      if (witness !== undefined) return { part, kind, witness };
    }
  }
  return null;
}
