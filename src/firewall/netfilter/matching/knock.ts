import { isWithin, subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import type { Transport } from '../../../net/port-range.ts';
import type { Match } from '../../model/match.ts';
import type { Rule } from '../../model/ruleset.ts';
import { eachTestOf } from '../../model/visit-matches.ts';
import { newEvaluation } from '../evaluation.ts';
import type { Firewall } from '../machine/firewall.ts';
import { textOfTest } from './match-unknown.ts';
import { newNotes, type OpenTest } from './notes.ts';
import { sendRequest } from '../packet-path.ts';
import { testKey } from '../packet.ts';
import type { Knock, Scenario } from '../scenario.ts';
import { isSpent } from '../work.ts';

/**
 * The packets by which each of these peers surely gets on the list that the test looks into, first to last: port knocking. Null where
 * that is not known, or where a rule may take him off again.
 */
export function knocksFor(
  firewall: Firewall,
  asked: Scenario,
  { match: { known }, place, phase }: OpenTest,
  peers: IntervalSet,
): readonly Knock[] | null {
  const list = known?.ownList;
  if (list === undefined || phase !== 'first' || place === null || isSpent(firewall)) return null;
  const sequence = sequenceFor(firewall, asked, { list, table: place.from.table.name, seen: [] }, peers);
  return sequence === null
    ? null
    : sequence.map((knock, at) =>
        at < sequence.length - 1 ? knock : { ...knock, count: known?.count ?? 1 },
      );
}

interface Wanted {
  readonly list: string;
  /** Sets of nft belong to a table. */
  readonly table: string;
  /** The lists that this one is wanted for. */
  readonly seen: readonly string[];
}

/** No real sequence has more lists. */
const MAX_LISTS = 5;

function sequenceFor(
  firewall: Firewall,
  asked: Scenario,
  { list, table, seen }: Wanted,
  peers: IntervalSet,
): readonly Knock[] | null {
  if (seen.includes(list) || seen.length >= MAX_LISTS) return null;
  const rules = firewall.tables
    .filter(({ name }) => SHARED.test(list) || name === table)
    .flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules));
  if (rules.some((rule) => mayTakeOff(rule, list, asked))) return null;
  for (const rule of rules.filter((one) => addsTo(one).includes(list))) {
    const before: Knock[] = [];
    const settled = new Map<string, boolean>();
    const wanted = ownLists(rule).filter(({ list: other }) => other !== list);
    for (const { list: other, text } of wanted) {
      const own = sequenceFor(firewall, asked, { list: other, table, seen: [...seen, list] }, peers);
      if (own === null) break;
      before.push(...own);
      settled.set(testKey('first', text, 'history'), true);
    }
    if (settled.size < new Set(wanted.map(({ text }) => text)).size) continue;
    const own = [list, ...wanted.map((one) => one.list)];
    const knock = candidates(rule, asked).find((one) =>
      puts(firewall, { ...asked, ...KNOCKING, ...one, settled }, { rule, own }, peers),
    );
    if (knock !== undefined) return [...before, { ...knock, count: 1 }];
  }
  return null;
}

/** Lists of `recent`, and sets of `ipset`, are the same in every table. */
const SHARED = /^(?:recent|ipset) /;

/** An ordinary packet from a port that nothing is said of. */
const KNOCKING = {
  ...{
    sender: 'client',
    sourcePorts: [40_000, 40_001],
    choices: [],
    isRest: false,
    opening: 'plain',
    knocks: [],
  },
  ...{ neighbours: 'known', state: 'new', original: null },
} as const satisfies Partial<Scenario>;

/** Whether the packet surely meets the rule, and no other on its way puts its source on another list. */
function puts(
  firewall: Firewall,
  asked: Scenario,
  { rule, own }: { readonly rule: Rule; readonly own: readonly string[] },
  peers: IntervalSet,
): boolean {
  let sure: IntervalSet = [];
  let astray: IntervalSet = [];
  const others = new Set<Rule>();
  const run = newEvaluation(
    firewall,
    newNotes(),
    (step) => {
      if (step.rule === null) return;
      if (step.rule === rule && step.isSure) sure = union(sure, subtract(step.peers, astray));
      // What only may match may end its way, or make it another packet.
      if (!step.isSure && step.rule.effects.some(({ kind }) => kind !== 'continue'))
        astray = union(astray, step.peers);
      if (addsTo(step.rule, true).some((list) => !own.includes(list))) others.add(step.rule);
    },
    null,
    true,
  );
  sendRequest(run, firewall, asked, peers);
  return run.budget > 0 && others.size === 0 && isWithin(peers, sure);
}

/** @param isAny also lists that hold more or less than the source's own address */
function addsTo({ matches }: Rule, isAny = false): readonly string[] {
  const listsOf = (match: Match): readonly string[] => {
    if (match.kind === 'adds') return isAny || match.isOfSource ? [match.list] : [];
    return match.kind === 'all' ? match.of.flatMap(listsOf) : [];
  };
  return matches.flatMap(listsOf);
}

/** The lists that a source has to be on for the rule, with the test of each. */
function ownLists(rule: Rule): readonly { readonly list: string; readonly text: string }[] {
  return rule.matches.flatMap((match) =>
    match.kind === 'unknown' && match.known?.ownList !== undefined
      ? [{ list: match.known.ownList, text: textOfTest(match) }]
      : [],
  );
}

/** A rule for the port asked about, or for any, that takes a source off the list. */
function mayTakeOff(rule: Rule, list: string, { port }: Scenario): boolean {
  const lists = new Set<string | undefined>();
  eachTestOf(rule, (match) => {
    if (match.kind === 'unknown') lists.add(match.known?.takesOff);
  });
  return lists.has(list) && portsOf(rule).every((ports) => isWithin([port, port + 1], ports));
}

/** What the tests of the rule itself leave of the ports and transports that such a packet may have. */
function candidates(rule: Rule, { port, transport }: Scenario): readonly Pick<Knock, 'transport' | 'port'>[] {
  const [ports] = portsOf(rule);
  const first = ports === undefined ? port : Number(ports[0]);
  const others: readonly Transport[] = transport === 'tcp' ? ['udp'] : ['tcp'];
  return [transport, ...others].map((one) => ({ transport: one, port: first }));
}

function portsOf({ matches }: Rule): readonly IntervalSet[] {
  return matches.flatMap((match) =>
    match.kind === 'number' && match.field === 'destination-port' && match.mask === undefined
      ? [match.in]
      : [],
  );
}
