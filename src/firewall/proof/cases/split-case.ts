import { MAX_PORT } from '../../../net/port-range.ts';
import { holds, type IntervalSet } from '../../../net/interval-set.ts';
import { OWNERS, QUANTIFIERS, type Dimension, type Quantifier } from '../../model/dimension.ts';
import type { Reason } from '../../model/reason.ts';
import type { Phase } from '../../netfilter/packet.ts';
import type { Choice, Knock, Opening, Scenario } from '../../netfilter/scenario.ts';
import type { Notes, OpenTest, PlaceOfTest } from '../../netfilter/matching/notes.ts';

/** The parts of a case, and how their answers count together. */
export interface Split {
  readonly parts: readonly ScenarioPart[];
  readonly quantifier: Quantifier;
  /** The tests that were open before, by their keys. */
  readonly openTests: Notes['openTests'];
  /** Whom each of them was open for; left out where that is anybody. */
  readonly openFor: Notes['openFor'];
}

type Cut = Pick<Split, 'parts' | 'quantifier'>;

/** A part of a case; unusual are the source ports clients do not use. */
export interface ScenarioPart {
  readonly case: Scenario;
  readonly isUsual: boolean;
  /** What tells it from the other parts; none where that is nothing one could name. */
  readonly conditions: readonly Condition[];
}

/** What holds in a part of a case. */
export type Condition =
  | {
      readonly kind: 'interface';
      readonly way: 'in' | 'out';
      /** Null for every other than those of the other parts. */
      readonly name: string | null;
      /** The names of the other parts. */
      readonly others: readonly string[];
    }
  | { readonly kind: 'source-port'; readonly from: number; readonly to: number }
  | { readonly kind: 'opening'; readonly opening: Opening }
  /** The network profile of the interface (Windows). */
  | { readonly kind: 'profile'; readonly name: (typeof PROFILES)[number] }
  | {
      readonly kind: 'test';
      readonly dimension: Dimension;
      readonly text: string;
      readonly reason: Reason;
      readonly holds: boolean;
      /** Of what is known of a plain packet, whether this is it. */
      readonly isPlain: boolean | null;
      /** Of which packet it is. */
      readonly phase: Phase;
      readonly place: PlaceOfTest | null;
    };

/** Operating systems give clients ports from here on. */
export const FIRST_CLIENT_PORT = 1024;

/** Stands for every interface name that no rule tells apart; no interface can be called so. */
const ANY_OTHER = '/';

const NO_SPLIT: Cut = { parts: [], quantifier: 'cases' };

/**
 * The case cut along a dimension that left a test open: one part for each class the rules tell apart. What the site fixes comes first,
 * since whoever chooses may choose otherwise in each of its cases.
 */
export function splitScenario(asked: Scenario, notes: Notes, knocks: FindKnocks): Split {
  return { ...cutOf(asked, notes, knocks), openTests: notes.openTests, openFor: notes.openFor };
}

/** The packets by which all who are asked about get on the list of the test; null where that is not known. */
type FindKnocks = (test: OpenTest) => readonly Knock[] | null;

function cutOf(asked: Scenario, notes: Notes, knocks: FindKnocks): Cut {
  const { sender } = asked;
  const tests = [...notes.openTests].map(([key, test]): Open => ({ key, ...test }));
  const plain = plainTests(asked, tests, notes.added);
  if (sender === 'every-client' && plain.length > 0) {
    const part = { case: settle(asked, plain), isUsual: true, conditions: [] };
    return { parts: [part], quantifier: 'plain' };
  }
  const bySite = interfaceParts(asked, notes.interfacePatterns);
  if (bySite.length > 0) return { parts: bySite, quantifier: QUANTIFIERS[OWNERS.interface][sender] };
  if (notes.hasProfiles && asked.profile === null)
    return { parts: profileParts(asked), quantifier: QUANTIFIERS[OWNERS.interface][sender] };
  const ofSite = tests.find(({ dimension }) => OWNERS[dimension] === 'site');
  if (ofSite !== undefined) return siteParts(asked, ofSite, tests);
  if (notes.portBounds.size > 0) {
    const parts = portParts(asked, [...notes.portBounds, FIRST_CLIENT_PORT]);
    if (parts.length > 1) return { parts, quantifier: QUANTIFIERS[OWNERS['source-port']][sender] };
  }
  if (notes.hasOpenings && asked.opening === null) {
    const parts = openingsOf(asked).map((opening) => ({
      case: { ...asked, opening },
      isUsual: true,
      conditions: [{ kind: 'opening', opening } as const],
    }));
    return { parts, quantifier: QUANTIFIERS[OWNERS.opening][sender] };
  }
  return splitTests(asked, tests, plain, knocks);
}

interface Open extends OpenTest {
  readonly key: string;
}

function splitTests(
  asked: Scenario,
  tests: readonly Open[],
  plain: readonly Open[],
  knocks: FindKnocks,
): Cut {
  const of = (owner: 'peer' | 'history', phase: 'first' | 'any' = 'first'): readonly Open[] =>
    tests.filter((test) => OWNERS[test.dimension] === owner && (phase === 'any' || test.phase === 'first'));
  switch (asked.sender) {
    case 'client':
    case 'every-client': {
      const [test] = [...of('peer'), ...of('history', 'any')];
      return test === undefined ? NO_SPLIT : eitherWay(asked, test, 'listed');
    }
    case 'anybody': {
      const usual = plain.filter((test) => OWNERS[test.dimension] === 'peer');
      if (usual.length > 1 && !asked.choices.includes('plain')) return plainOrNot(asked, usual);
      // Of two tests of one header the program does not know whether they can come out so together.
      const chosen = of('peer').find(
        (test) => test.match.known?.isEither === true && !asked.choices.includes(choiceOf(test)),
      );
      if (chosen !== undefined) {
        const choices = [...asked.choices, choiceOf(chosen)];
        return eitherWay({ ...asked, choices }, chosen, QUANTIFIERS.peer.anybody);
      }
      const past = of('history', 'any');
      const listed = past.filter(isOfListing);
      if (listed.length > 0 && !asked.isRest) return whileListedOrNot(asked, listed);
      const knocked = asked.isRest ? undefined : firstKnocked(past, knocks);
      if (knocked !== undefined) {
        const [listed, unlisted] = eitherWay(asked, knocked.test, QUANTIFIERS.peer.anybody).parts;
        const before = [...asked.knocks, ...knocked.knocks];
        const parts = [
          ...(listed === undefined ? [] : [{ ...listed, case: { ...listed.case, knocks: before } }]),
          ...(unlisted === undefined ? [] : [unlisted]),
        ];
        // Ordinary packets first.
        return { parts: parts.reverse(), quantifier: QUANTIFIERS.peer.anybody };
      }
      const [only] = past;
      if (
        only?.match.known?.isEither === true &&
        past.length === 1 &&
        only.phase === 'first' &&
        !asked.isRest
      )
        return eitherWay(asked, only, QUANTIFIERS.history.anybody);
      const within = [...plain.filter(isHistory), ...past.filter(isWithinBurst)];
      if (within.length > 0 && !asked.isRest) {
        const parts = [settle(asked, within), { ...asked, isRest: true }].map((one) => ({
          case: one,
          isUsual: true,
          conditions: [],
        }));
        return { parts, quantifier: QUANTIFIERS.history.anybody };
      }
      const open = past.find(({ match }) => match.known?.ifPlain === undefined) ?? past[0];
      return open === undefined ? NO_SPLIT : eitherWay(asked, open, 'listed');
    }
  }
}

/** A plain packet has all of its headers and contents at once; whatever else a sender may choose comes after it. */
function plainOrNot(asked: Scenario, tests: readonly Open[]): Cut {
  const before = [...asked.choices, 'plain' as const];
  const plain = { ...settle(asked, tests), choices: [...before, ...tests.map(choiceOf)] };
  const parts = [plain, { ...asked, choices: before }].map((one) => ({
    case: one,
    isUsual: true,
    conditions: [],
  }));
  return { parts, quantifier: QUANTIFIERS.peer.anybody };
}

/** An element that the file lists, which expires. */
function isOfListing({ match, isListed }: Open): boolean {
  return match.reason.code === 'expiring-elements' && match.known?.isEither === true && !isListed;
}

/** All that is listed is there first, and nothing of it in the end; which of several goes first is left open. */
function whileListedOrNot(asked: Scenario, tests: readonly Open[]): Cut {
  const quantifier = QUANTIFIERS.history.anybody;
  const [only, ...more] = tests;
  if (only !== undefined && more.length === 0) return eitherWay(asked, only, quantifier);
  const settled = [true, false].map((holds): Scenario => ({
    ...asked,
    settled: new Map([...asked.settled, ...tests.map(({ key }) => [key, holds] as const)]),
  }));
  const parts = [...settled, { ...asked, isRest: true }].map((one) => ({
    case: one,
    isUsual: true,
    conditions: [],
  }));
  return { parts, quantifier };
}

/** The sender chooses to be on that list, or not to be. */
function firstKnocked(
  tests: readonly Open[],
  knocks: FindKnocks,
): { readonly test: Open; readonly knocks: readonly Knock[] } | undefined {
  for (const test of tests) {
    const found = test.isListed ? null : knocks(test);
    if (found !== null) return { test, knocks: found };
  }
  return undefined;
}

function choiceOf({ match, dimension }: Open): Choice {
  return match.known?.field ?? dimension;
}

function isHistory({ dimension }: Open): boolean {
  return OWNERS[dimension] === 'history';
}

/** The packets of a handshake, its answer and a first segment come within so many. */
const PACKETS_TO_GET_IN = 5;

function isWithinBurst({ match, phase }: Open): boolean {
  return (
    phase !== 'first' && match.known?.ifPlain !== undefined && (match.known.burst ?? 0) >= PACKETS_TO_GET_IN
  );
}

/** Tests that a plain first connection answers. */
function plainTests(asked: Scenario, tests: readonly Open[], added: Notes['added']): readonly Open[] {
  return tests.filter((test) => {
    const { match, phase, isListed } = test;
    if (match.known?.ifPlain === undefined || isListed) return false;
    return phase === 'first' || isAlikeAfterwards(test, asked, added);
  });
}

/**
 * What follows the first packet counts as it did: connections are counted, not packets; and either end that is on no list stays off it,
 * where no rule on the way puts one on.
 */
function isAlikeAfterwards(
  { match, dimension }: Open,
  { settled }: Scenario,
  added: Notes['added'],
): boolean {
  if (match.reason.code === 'connection-count') return true;
  if (dimension !== 'list') return false;
  const list = match.known?.list ?? match.known?.ownList ?? match.known?.takesOff;
  if (list === undefined || added.has(list)) return false;
  // Where it is on the list in this case, it may still be so.
  const name = list.slice(list.lastIndexOf(' ') + 1);
  return ![...settled].some(([key, holds]) => holds && key.includes(name));
}

function settle(asked: Scenario, tests: readonly Open[]): Scenario {
  const settled = new Map(asked.settled);
  for (const { key, match } of tests) settled.set(key, match.known?.ifPlain === true);
  return { ...asked, settled };
}

function eitherWay(asked: Scenario, test: Open, quantifier: Quantifier): Cut {
  const parts = [true, false].map((holds): ScenarioPart => ({
    case: { ...asked, settled: new Map(asked.settled).set(test.key, holds) },
    isUsual: true,
    conditions: [conditionOf(test, holds)],
  }));
  return { parts, quantifier };
}

function conditionOf({ match, dimension, phase, place }: Open, holds: boolean): Condition {
  return {
    ...{ kind: 'test', dimension, text: match.text, reason: match.reason, holds, phase, place },
    isPlain: match.known?.ifPlain === undefined ? null : match.known.ifPlain === holds,
  };
}

/** More cases than these of one thing nobody reads, nor does it help to know them. */
const MAX_OF_ONE = 64;

/** A test that the site decides, with all others that it decides at once: one program listens, and then no other one. */
function siteParts(asked: Scenario, test: Open, tests: readonly Open[]): Cut {
  const quantifier = QUANTIFIERS.site[asked.sender];
  const { oneOf } = test.match.known ?? {};
  const rivals = oneOf === undefined ? [test] : tests.filter(({ match }) => match.known?.oneOf === oneOf);
  if (rivals.length === 1) return eitherWay(asked, test, quantifier);
  if (rivals.length > MAX_OF_ONE) return NO_SPLIT;
  const settledWith = (holding: Open | null): Scenario => {
    const settled = new Map(asked.settled);
    for (const rival of rivals) settled.set(rival.key, rival === holding);
    return { ...asked, settled };
  };
  const parts = [...rivals, null].map((holding): ScenarioPart => ({
    case: settledWith(holding),
    isUsual: true,
    conditions:
      holding === null ? rivals.map((rival) => conditionOf(rival, false)) : [conditionOf(holding, true)],
  }));
  return { parts, quantifier };
}

/** Clients of either kind must get in; whoever must not may send any. */
function openingsOf({ sender, transport }: Scenario): readonly Opening[] {
  return [
    'plain',
    ...(transport === 'tcp' ? (['ecn'] as const) : []),
    ...(sender === 'anybody' ? (['odd'] as const) : []),
  ];
}

function interfaceParts(asked: Scenario, patterns: ReadonlySet<string>): readonly ScenarioPart[] {
  if (patterns.size === 0 || asked.hook === 'loopback') return [];
  const names = [...[...patterns].map((pattern) => pattern.replace('*', ANY_OTHER)), ANY_OTHER].filter(
    (name) => name !== 'lo',
  );
  const shown = (name: string): string | null => (name === ANY_OTHER ? null : name.replace(ANY_OTHER, '*'));
  const part = (one: Scenario, way: 'in' | 'out', own: string): ScenarioPart => {
    const others = names.flatMap((name) => (name === own ? [] : (shown(name) ?? [])));
    return { case: one, isUsual: true, conditions: [{ kind: 'interface', way, name: shown(own), others }] };
  };
  if (asked.inInterface === null)
    return names.map((name) => part({ ...asked, inInterface: name }, 'in', name));
  if (asked.outInterface === null)
    return names.map((name) => part({ ...asked, outInterface: name }, 'out', name));
  return [];
}

function profileParts(asked: Scenario): readonly ScenarioPart[] {
  return PROFILES.map((name, profile) => ({
    case: { ...asked, profile },
    isUsual: true,
    conditions: [{ kind: 'profile', name }],
  }));
}

/** The network profiles of Windows by their numbers. */
const PROFILES = ['domain', 'private', 'public'] as const;

function portParts(asked: Scenario, bounds: readonly number[]): readonly ScenarioPart[] {
  const ports = asked.sourcePorts;
  const [from, to] = [Number(ports[0]), Number(ports.at(-1))];
  const cuts = [from, ...bounds.filter((bound) => bound > from && bound < to), to].sort((a, b) => a - b);
  return cuts.slice(1).flatMap((end, index): readonly ScenarioPart[] => {
    const first = cuts[index] ?? 0;
    if (first >= end || !holds(ports, first)) return [];
    const sourcePorts: IntervalSet = [first, end];
    const condition = { kind: 'source-port', from: first, to: end - 1 } as const;
    return [{ case: { ...asked, sourcePorts }, isUsual: isUsual(ports, first), conditions: [condition] }];
  });
}

/** A source port that packets of the case come from; null where any of a usual client will do. */
export function sourcePortOf({ sourcePorts }: Scenario): number | null {
  const [first, end] = [Number(sourcePorts[0]), Number(sourcePorts.at(-1))];
  return first <= FIRST_CLIENT_PORT && end > MAX_PORT ? null : Math.max(first, 1);
}

/** A question about low ports alone is about those; otherwise clients are taken to use the high ones. */
function isUsual(all: IntervalSet, first: number): boolean {
  return first >= FIRST_CLIENT_PORT || Number(all.at(-1)) <= FIRST_CLIENT_PORT;
}
