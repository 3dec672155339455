import { addressRange, lowestAddress } from '../../../net/address-set.ts';
import { intersect, subtract, unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import { FAMILIES, formatAddress, type Address, type Family } from '../../../net/address.ts';
import { setSize } from '../../../net/set-size.ts';
import type { FlowQuestion } from '../../model/question.ts';
import { mergedCount } from '../../model/merge-rules.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Step } from '../../netfilter/evaluation.ts';
import { isSpent } from '../../netfilter/work.ts';
import { byAdmission } from '../../netfilter/machine/admitted.ts';
import { leadOf } from '../../netfilter/lead.ts';
import type { Firewall } from '../../netfilter/machine/firewall.ts';
import type { Scenario } from '../../netfilter/scenario.ts';
import { traceEntries, traceEntry, type TraceEntry } from '../../netfilter/trace/trace-entry.ts';
import { tellingCases, type TellingCase } from '../cases/cases.ts';
import { sourcePortOf } from '../cases/split-case.ts';
import { lastFitting, type Piece } from './last-fitting.ts';
import { stretches } from './stretches.ts';
import type { AddressSets } from '../proof.ts';
import { scenariosOf } from '../scenarios.ts';
import { walk } from '../solve.ts';
import { Heaviest } from './heaviest.ts';
import { countWritten, writtenPeers, type JoinedMet } from './written-shares.ts';

/** The sources for which the same rules decide. */
export interface Share {
  readonly sources: AddressSets;
  /** The lowest of them, but rather a host than a network, of IPv4 where there are both. */
  readonly witness: Address;
  /** One of each family. */
  readonly witnesses: readonly Address[];
  /** Those rules, in the order a packet meets them; none where no rule stands in the way. */
  readonly entries: readonly TraceEntry[];
  /** Which of their connections fare so; null: all. */
  readonly only: SomeConnections | null;
}

/** What sets connections apart from others of the same source; nothing where no one thing does. */
export interface SomeConnections {
  /** A source port that they may come from. */
  readonly sourcePort?: number;
  /** They offer ECN. */
  readonly isEcn?: true;
  /** The address of the host that they go to. */
  readonly to?: Address;
}

/** The lowest address, but rather a host's than a network's. */
export function pickWitness(set: IntervalSet, family: Family): Address | undefined {
  const lowest = lowestAddress(set, family);
  if (lowest === undefined) return undefined;
  if ((lowest.value & 0xffn) !== 0n) return lowest;
  const [next] = intersect(set, addressRange(family, lowest.value + 1n, lowest.value + 0xfen));
  return next === undefined ? lowest : { family, value: BigInt(next) };
}

/** How the sources fare of whom it is asked which rules decide. */
export interface Decided {
  readonly kind: 'allowed' | 'blocked';
  readonly sources: AddressSets;
  /** Those of the blocked that only a lack of neighbours keeps out. */
  readonly unresolved: AddressSets;
  /** Those who fare so with some of their connections only. */
  readonly inPart: AddressSets;
  /** The address of the host, where they fare so on the way to some of its addresses only; else null. */
  readonly to: Address | null;
}

/** The largest of the shares, and how many there are. */
export interface Shares {
  readonly largest: readonly Share[];
  readonly count: number;
}

/** More of them nobody asks for. */
const MAX_LARGEST = 16;

/** Sources of one family and the rules that decide for them, the last of which is the one that ends their way. */
interface Part {
  readonly family: Family;
  readonly peers: IntervalSet;
  readonly steps: readonly Step[];
  readonly only: SomeConnections | null;
}

/** What the same rules decide about, and its weight. */
interface Group {
  readonly parts: Part[];
  weight: number;
  /** Where the last rule stands for many: the weight of each of them. */
  readonly ofWritten: Float64Array | null;
}

/** A group, or what one of the rules decides that its last stands for. */
interface Candidate {
  readonly group: Group;
  readonly nth: number | null;
  readonly weight: number;
}

/**
 * Which rules decide for which of the sources: every one of them is in one share, the largest first. Sizes of the two families are
 * compared as parts of their family.
 */
export function sharesOf(
  firewall: Firewall,
  asked: readonly { readonly question: FlowQuestion; readonly decided: Decided }[],
  most = MAX_LARGEST,
): Shares {
  const found = asked.map(({ question, decided }) => partsOf(firewall, question, decided));
  if (isSpent(firewall) || found.includes(null)) return UNKNOWN;
  const parts = found.flatMap((of) => of ?? []);
  const totals = { 4: 0, 6: 0 };
  for (const { family, peers } of parts) totals[family] += Number(setSize(peers));
  const groups = new Map<string, Group>();
  const numberOf = numbered();
  for (const part of parts) {
    const rules = part.steps.map(({ rule, chain }) => numberOf(rule ?? chain)).join();
    const key = `${rules} ${onlyKey(part.only)}`;
    const joined = joinedOf(part);
    const ofWritten = joined === null ? null : new Float64Array(mergedCount(joined.rule));
    const group = groups.get(key) ?? { parts: [], weight: 0, ofWritten };
    groups.set(key, group);
    group.parts.push(part);
    const total = totals[part.family];
    group.weight += Number(setSize(part.peers)) / total;
    const weights = group.ofWritten;
    if (joined !== null && weights !== null)
      countWritten(joined, (nth, size) => {
        weights[nth] = (weights[nth] ?? 0) + size / total;
      });
  }
  const candidates: Candidate[] = [];
  let count = 0;
  for (const group of groups.values()) {
    if (group.ofWritten === null) {
      count++;
      candidates.push({ group, nth: null, weight: group.weight });
      continue;
    }
    const heaviest = new Heaviest(most);
    group.ofWritten.forEach((weight, nth) => {
      if (weight > 0) count++;
      heaviest.add(nth, weight);
    });
    candidates.push(...heaviest.found.map(({ nth, weight }) => ({ group, nth, weight })));
  }
  const largest = candidates.sort((a, b) => b.weight - a.weight).slice(0, most);
  return { largest: largest.flatMap(toShare), count };
}

/** The rules are too many ways through each other to follow them all. */
const UNKNOWN: Shares = { largest: [], count: 0 };

function joinedOf({ steps, peers }: Part): JoinedMet | null {
  const last = steps.at(-1);
  const joined = last?.rule?.joined;
  return last?.rule == null || joined === undefined
    ? null
    : { rule: last.rule, joined, packet: last.packet, peers };
}

function numbered(): (one: Rule | Chain) => number {
  const known = new Map<Rule | Chain, number>();
  return (one) => {
    const number = known.get(one) ?? known.size;
    known.set(one, number);
    return number;
  };
}

function toShare({ group: { parts }, nth }: Candidate): readonly Share[] {
  const peersOf = (part: Part): IntervalSet => {
    const joined = nth === null ? null : joinedOf(part);
    return joined === null || nth === null ? part.peers : writtenPeers(joined, nth);
  };
  const ofFamily = (family: Family): IntervalSet =>
    unionOf(parts.filter((part) => part.family === family).map(peersOf));
  const sources = { 4: ofFamily(4), 6: ofFamily(6) };
  const witnesses = FAMILIES.flatMap((family) => pickWitness(sources[family], family) ?? []);
  const [witness] = witnesses;
  if (witness === undefined) return [];
  const { steps = [], only = null } = parts[0] ?? {};
  const entries = steps.map((step, at) => {
    const isLast = nth !== null && at === steps.length - 1;
    return traceEntry(isLast ? { ...step, rule: step.rule?.joined?.written(nth) ?? step.rule } : step);
  });
  return [{ sources, witness, witnesses, entries, only }];
}

function partsOf(
  firewall: Firewall,
  question: FlowQuestion,
  { kind, sources, unresolved, inPart, to }: Decided,
): readonly Part[] | null {
  const found = scenariosOf(question).map(({ case: asked, peers }) => {
    const { family } = asked;
    if (!firewall.families.includes(family)) return [];
    const all = intersect(sources[family], peers);
    const unfound = intersect(unresolved[family], all);
    const byRules = { ...asked, neighbours: 'known' } as const;
    const cases = [
      ...tellingCases(firewall, byRules, subtract(all, unfound), kind),
      ...tellingCases(firewall, asked, unfound, kind),
    ];
    const some = inPart[family];
    const ofCases = cases.flatMap(({ case: telling, peers: of }) =>
      [
        { case: telling, peers: subtract(of, some), only: null },
        { case: telling, peers: intersect(of, some), only: onlyOf(telling, kind, to) },
      ]
        .filter((each) => each.peers.length > 0)
        .map(
          ({ only, ...one }) => partsOfCase(firewall, one, kind)?.map((part) => ({ ...part, only })) ?? null,
        ),
    );
    return ofCases.includes(null) ? null : ofCases.flatMap((of) => of ?? []);
  });
  return found.includes(null) ? null : found.flatMap((of) => of ?? []);
}

function onlyOf(found: Scenario, kind: Decided['kind'], to: Address | null): SomeConnections {
  const sourcePort = sourcePortOf(found);
  return {
    ...(sourcePort !== null && { sourcePort }),
    ...(kind === 'blocked' && found.opening === 'ecn' && { isEcn: true }),
    ...(to !== null && { to }),
  };
}

function onlyKey(only: SomeConnections | null): string {
  if (only === null) return '';
  const { sourcePort, isEcn, to } = only;
  return JSON.stringify([sourcePort, isEcn, to === undefined ? null : formatAddress(to)]);
}

function partsOfCase(
  firewall: Firewall,
  { case: asked, peers }: TellingCase,
  kind: Decided['kind'],
): readonly Omit<Part, 'only'>[] | null {
  const pieces: Piece[] = [];
  const visit = (step: Step): void => {
    for (const alike of byAdmission(asked, step))
      for (const { entry, peers: of } of traceEntries(alike, (...led) => leadOf(firewall, asked, ...led)))
        if (MATTERS[kind].has(entry.effect)) pieces.push({ entry, step: alike, peers: of });
  };
  if (!walk(firewall, asked, peers, visit, true)) return null;
  const { family } = asked;
  if (kind === 'blocked') {
    const { found, rest } = lastFitting(pieces, peers, [isDrop]);
    return [
      ...found.map(({ peers: of, step }) => ({ family, peers: of, steps: [step] })),
      ...none(family, rest),
    ];
  }
  const sent = pieces.filter(({ entry }) => isTranslation(entry));
  const translated = intersect(unionOf(sent.map(({ peers: of }) => of)), peers);
  const plain = lastFitting(pieces, subtract(peers, translated), [isRuleAccept, isAccept]);
  const led = lastFitting(pieces, translated, [mayAccept, isRuleAccept, isAccept]);
  // Each of them with the rules that translate where they go, then the one that accepts them.
  const steps = [...sent, ...led.found];
  const ofTranslated = stretches(
    translated,
    steps.map((one) => one.peers),
  );
  if (ofTranslated === null) return null;
  return [
    ...plain.found.map(({ peers: of, step }) => ({ family, peers: of, steps: [step] })),
    ...none(family, plain.rest),
    ...ofTranslated.map(({ peers: those, of }) => ({
      ...{ family, peers: those },
      steps: of.flatMap((nth) => steps[nth]?.step ?? []),
    })),
  ];
}

const MATTERS: Readonly<Record<Decided['kind'], ReadonlySet<TraceEntry['effect']>>> = {
  blocked: new Set(['drop']),
  allowed: new Set(['accept', 'undecided', 'nat', 'drop']),
};

function none(family: Family, peers: IntervalSet): readonly Omit<Part, 'only'>[] {
  return peers.length === 0 ? [] : [{ family, peers, steps: [] }];
}

function isDrop({ effect }: TraceEntry): boolean {
  return effect === 'drop';
}

/** What a NAT chain accepts is only left untranslated. */
function isAccept({ effect, direction, type }: TraceEntry): boolean {
  return effect === 'accept' && direction === 'request' && type !== 'nat';
}

function isRuleAccept(entry: TraceEntry): boolean {
  return isAccept(entry) && entry.kind !== 'policy';
}

/** Where a translation may not match, what accepts the translated packet may not match either. */
function mayAccept({ kind, type, direction, actions, effect }: TraceEntry): boolean {
  return (
    type === 'filter' &&
    direction === 'request' &&
    (effect === 'accept' || effect === 'undecided') &&
    actions.includes('accept') &&
    kind !== 'policy'
  );
}

function isTranslation({ type, direction, actions }: TraceEntry): boolean {
  return (
    type === 'nat' &&
    direction === 'request' &&
    actions.some((action) => action === 'dnat' || action === 'redirect')
  );
}
