import { addressRange, lowestAddress } from '../../../net/address-set.ts';
import { intersect, subtract, unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import { FAMILIES, type Address, type Family } from '../../../net/address.ts';
import { setSize } from '../../../net/set-size.ts';
import type { FlowQuestion } from '../../model/question.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Step } from '../../netfilter/evaluation.ts';
import { leadOf } from '../../netfilter/lead.ts';
import type { Firewall } from '../../netfilter/machine/firewall.ts';
import { traceEntries, traceEntry, type TraceEntry } from '../../netfilter/trace/trace-entry.ts';
import { tellingCases, type TellingCase } from '../cases.ts';
import { lastFitting, type Piece } from './last-fitting.ts';
import type { AddressSets } from '../proof.ts';
import { scenariosOf } from '../scenarios.ts';
import { walk } from '../solve.ts';
import { writtenShares } from './written-shares.ts';

/** The sources for which the same rules decide. */
export interface Share {
  readonly sources: AddressSets;
  /** The lowest of them, but rather a host than a network, of IPv4 where there are both. */
  readonly witness: Address;
  /** One of each family. */
  readonly witnesses: readonly Address[];
  /** Those rules, in the order a packet meets them; none where no rule stands in the way. */
  readonly entries: readonly TraceEntry[];
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
}

/** Sources of one family and the rules that decide for them, the last of which is the one that ends their way. */
interface Part {
  readonly family: Family;
  readonly peers: IntervalSet;
  readonly steps: readonly Step[];
}

/**
 * Which rules decide for which of the sources: every one of them is in one share, the largest first. Sizes of the two families are compared as parts
 * of their family.
 */
export function sharesOf(
  firewall: Firewall,
  asked: readonly { readonly question: FlowQuestion; readonly decided: Decided }[],
): readonly Share[] {
  const parts = asked.flatMap(({ question, decided }) => partsOf(firewall, question, decided));
  const totals = { 4: 0, 6: 0 };
  for (const { family, peers } of parts) totals[family] += Number(setSize(peers));
  const groups = new Map<string, Part[]>();
  const numberOf = numbered();
  for (const part of parts) {
    const key = part.steps.map(({ rule, chain }) => numberOf(rule ?? chain)).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [part]);
    else group.push(part);
  }
  const weighed = Array.from(groups.values(), (group) => {
    const weight = group.reduce((sum, { family, peers }) => sum + Number(setSize(peers)) / totals[family], 0);
    return { group, weight };
  });
  return weighed.sort((a, b) => b.weight - a.weight).flatMap(({ group }) => toShare(group));
}

function numbered(): (one: Rule | Chain) => number {
  const known = new Map<Rule | Chain, number>();
  return (one) => {
    const number = known.get(one) ?? known.size;
    known.set(one, number);
    return number;
  };
}

function toShare(group: readonly Part[]): readonly Share[] {
  const ofFamily = (family: Family): IntervalSet =>
    unionOf(group.filter((part) => part.family === family).map(({ peers }) => peers));
  const sources = { 4: ofFamily(4), 6: ofFamily(6) };
  const witnesses = FAMILIES.flatMap((family) => pickWitness(sources[family], family) ?? []);
  const [witness] = witnesses;
  if (witness === undefined) return [];
  const share: Share = {
    sources,
    witness,
    witnesses,
    // A long blocklist has many: those that nobody looks at are not made.
    get entries() {
      return group[0]?.steps.map((step) => traceEntry(step)) ?? [];
    },
  };
  return [share];
}

function partsOf(
  firewall: Firewall,
  question: FlowQuestion,
  { kind, sources, unresolved }: Decided,
): readonly Part[] {
  return scenariosOf(question).flatMap(({ case: asked, peers }) => {
    const { family } = asked;
    if (!firewall.families.includes(family)) return [];
    const all = intersect(sources[family], peers);
    const unfound = intersect(unresolved[family], all);
    const byRules = { ...asked, neighbours: 'known' } as const;
    const cases = [
      ...tellingCases(firewall, byRules, subtract(all, unfound), kind),
      ...tellingCases(firewall, asked, unfound, kind),
    ];
    return cases.flatMap((one) => partsOfCase(firewall, one, kind).flatMap(asWrittenParts));
  });
}

function partsOfCase(
  firewall: Firewall,
  { case: asked, peers }: TellingCase,
  kind: Decided['kind'],
): readonly Part[] {
  const pieces: Piece[] = [];
  const visit = (step: Step): void => {
    for (const { entry, peers: of } of traceEntries(step, (effect) => leadOf(firewall, asked, effect)))
      if (MATTERS[kind].has(entry.effect)) pieces.push({ entry, step, peers: of });
  };
  walk(firewall, asked, peers, visit, true);
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
  return [
    ...plain.found.map(({ peers: of, step }) => ({ family, peers: of, steps: [step] })),
    ...none(family, plain.rest),
    ...[...led.found, { peers: led.rest, step: null }].flatMap(({ peers: of, step }) =>
      byTranslations(of, sent).map(({ peers: those, steps }) => ({
        family,
        peers: those,
        steps: [...steps, ...(step === null ? [] : [step])],
      })),
    ),
  ];
}

const MATTERS: Readonly<Record<Decided['kind'], ReadonlySet<TraceEntry['effect']>>> = {
  blocked: new Set(['drop']),
  allowed: new Set(['accept', 'undecided', 'nat', 'drop']),
};

function none(family: Family, peers: IntervalSet): readonly Part[] {
  return peers.length === 0 ? [] : [{ family, peers, steps: [] }];
}

/** The peers by the rules that translate where they go. */
function byTranslations(
  peers: IntervalSet,
  sent: readonly Piece[],
): readonly { readonly peers: IntervalSet; readonly steps: readonly Step[] }[] {
  return sent
    .reduce<readonly { readonly peers: IntervalSet; readonly steps: readonly Step[] }[]>(
      (groups, piece) =>
        groups
          .flatMap((group) => [
            { peers: intersect(group.peers, piece.peers), steps: [...group.steps, piece.step] },
            { ...group, peers: subtract(group.peers, piece.peers) },
          ])
          .filter(({ peers: of }) => of.length > 0),
      [{ peers, steps: [] }],
    )
    .filter(({ peers: of }) => of.length > 0);
}

/** A rule that stands for many neighbours as those the file has. */
function asWrittenParts(part: Part): readonly Part[] {
  const last = part.steps.at(-1);
  if (last?.rule?.joined === undefined) return [part];
  return writtenShares(last.rule, last.rule.joined, last.packet, part.peers).map(({ rule, peers }) => ({
    ...part,
    peers,
    steps: [...part.steps.slice(0, -1), { ...last, rule, peers }],
  }));
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
