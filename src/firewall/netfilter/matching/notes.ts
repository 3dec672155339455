import type { IntervalSet } from '../../../net/interval-set.ts';
import type { Dimension } from '../../model/dimension.ts';
import type { UnknownMatch } from '../../model/match.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import { collect, collected, collectedSet, type CollectedSources } from '../evaluation.ts';
import type { HookedChain } from '../machine/firewall.ts';
import type { Phase } from '../packet.ts';

/** What the tests of one evaluation leave behind. */
export interface Notes {
  /** Assumptions that decided a test. */
  readonly assumptions: Set<string>;
  /** Bounds of source ports at which a test could not be decided for all of them at once. */
  readonly portBounds: Set<number>;
  /** Interface patterns that could not be decided because the interface is not known. */
  readonly interfacePatterns: Set<string>;
  /** Tests that the packet does not answer, though somebody decides them. */
  readonly openTests: Map<string, OpenTest>;
  /** Whom each of them is open for; left out where that is anybody. */
  readonly openFor: Map<string, CollectedSources>;
  /** Those of them that the rule being looked at has. */
  readonly openHere: string[];
  /** Of tests that share what they count by, which of them a packet met first. */
  readonly metFirst: Map<string, UnknownMatch>;
  /** The rule being looked at, and its chain. */
  at: PlaceOfTest | null;
  /** Those whose packets are at that rule; null: any. */
  peers: IntervalSet | null;
  /** Lists that the rule puts the source on. */
  readonly adds: string[];
  /** Lists that any rule on the way may put a source on. */
  readonly added: Set<string>;
  /** Headers of the packet that opens the connection decided nothing because they may be one way or the other. */
  hasOpenings: boolean;
  /** A network profile decided nothing because it is not known. */
  hasProfiles: boolean;
  /** Rules looked at, once for each state of the packet. */
  steps: number;
  /** What tests of many parts, and rules passed over, take beside that, in steps. */
  extra: number;
}

/** Where a test stands. */
export interface PlaceOfTest {
  readonly from: HookedChain;
  readonly chain: Chain;
  readonly rule: Rule;
}

/** A test that nothing decided yet, with what it takes to decide it. */
export interface OpenTest {
  readonly match: UnknownMatch;
  readonly dimension: Dimension;
  readonly phase: Phase;
  readonly place: PlaceOfTest | null;
  /** The packet may be on the list by its own doing, so that a plain one need not be off it. */
  readonly isListed: boolean;
}

export function newNotes(): Notes {
  return {
    assumptions: new Set(),
    portBounds: new Set(),
    interfacePatterns: new Set(),
    openTests: new Map(),
    openFor: new Map(),
    openHere: [],
    metFirst: new Map(),
    at: null,
    peers: null,
    adds: [],
    added: new Set(),
    hasOpenings: false,
    hasProfiles: false,
    steps: 0,
    extra: 0,
  };
}

/** The tests of the rule that are open are so for these peers. */
export function noteOpenFor({ openHere, openFor }: Notes, peers: IntervalSet): void {
  for (const key of openHere) {
    let whose = openFor.get(key);
    if (whose === undefined) openFor.set(key, (whose = collected()));
    collect(whose, peers);
  }
  openHere.length = 0;
}

/** Nobody splits a question into more cases than these. */
export const MAX_NOTES = 300;

/** What two evaluations of one case leave behind. */
export function joinedNotes(a: Notes, b: Notes): Notes {
  return {
    ...a,
    interfacePatterns: new Set([...a.interfacePatterns, ...b.interfacePatterns]),
    openTests: new Map([...a.openTests, ...b.openTests]),
    openFor: joinedOpenFor(a, b),
    added: new Set([...a.added, ...b.added]),
    steps: a.steps + b.steps,
  };
}

function joinedOpenFor(a: Notes, b: Notes): Notes['openFor'] {
  const isOfAnybody = (key: string): boolean =>
    [a, b].some(({ openTests, openFor }) => openTests.has(key) && !openFor.has(key));
  const openFor: Notes['openFor'] = new Map();
  for (const key of [...a.openFor.keys(), ...b.openFor.keys()]) {
    if (openFor.has(key) || isOfAnybody(key)) continue;
    const whose = collected();
    for (const of of [a.openFor.get(key), b.openFor.get(key)])
      if (of !== undefined) collect(whose, collectedSet(of));
    openFor.set(key, whose);
  }
  return openFor;
}
