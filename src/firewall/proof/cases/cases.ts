import { intersect, isWithin, subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import type { Firewall } from '../../netfilter/machine/firewall.ts';
import type { Outcome } from '../../netfilter/outcome.ts';
import type { Scenario } from '../../netfilter/scenario.ts';
import { isSpent } from '../../netfilter/work.ts';
import { cut, groupsByTests, solve } from '../solve.ts';
import type { Condition, ScenarioPart } from './split-case.ts';

/** How one source fares. */
export type CaseFate = 'allowed' | 'blocked' | 'undecided' | 'depends';

/** One case of the answer for one source: what holds in it, and how the source fares then. */
export interface SolvedCase {
  readonly conditions: readonly Condition[];
  readonly case: Scenario;
  readonly fate: CaseFate;
}

/** More cases than these nobody reads. */
const MAX_CASES = 64;

/** The cases that the answer for one source depends on; one without conditions where it depends on none. */
export function casesOf(firewall: Firewall, asked: Scenario, peer: IntervalSet): readonly SolvedCase[] {
  const found: SolvedCase[] = [];
  const visit = (one: Scenario, conditions: readonly Condition[]): void => {
    if (found.length >= MAX_CASES || isSpent(firewall)) return;
    const fate = fateOf(solve(firewall, one, peer, new Set()), peer);
    const { parts, quantifier } = cut(firewall, one, peer).split;
    if (fate !== 'depends' || parts.length === 0) {
      found.push({ conditions, case: telling(firewall, one, peer, fate), fate });
      return;
    }
    switch (quantifier) {
      case 'plain':
        for (const part of parts) visit(part.case, conditions);
        break;
      case 'cases':
      case 'listed':
        for (const part of parts) visit(part.case, [...conditions, ...part.conditions]);
        break;
      case 'each':
      case 'some': {
        const part = parts.find((each) => fateIn(firewall, each, peer) === 'depends') ?? parts[0];
        if (part !== undefined) visit(part.case, conditions);
      }
    }
  };
  visit(asked, []);
  return found;
}

/**
 * The tests of a plain first packet that a source which fares so relies on: were one to come out otherwise, it would fare otherwise.
 */
export function reliedOn(firewall: Firewall, asked: Scenario, peer: IntervalSet): readonly Condition[] {
  const { split } = cut(firewall, asked, peer);
  const [part] = split.parts;
  if (split.quantifier !== 'plain' || part === undefined) return [];
  const fate = fateIn(firewall, part, peer);
  const settled = [...part.case.settled].filter(([key]) => !asked.settled.has(key));
  const { openTests } = split;
  const relied = settled.flatMap(([key, holds]): readonly Condition[] => {
    const otherwise = { ...part.case, settled: new Map(part.case.settled).set(key, !holds) };
    const test = openTests.get(key);
    const isRelied = isSpent(firewall) || fateIn(firewall, { ...part, case: otherwise }, peer) !== fate;
    if (test === undefined || !isRelied) return [];
    const { match, dimension, phase, place } = test;
    const { text, reason } = match;
    return [{ kind: 'test', dimension, text, reason, holds, isPlain: true, phase, place }];
  });
  return [...relied, ...reliedOn(firewall, part.case, peer)];
}

/** Sources that fare alike for the same reason as far as somebody's choice goes. */
export interface TellingCase {
  readonly case: Scenario;
  readonly peers: IntervalSet;
}

/** The cases in which these peers, who all fare so, surely do, as far as somebody's choice makes it so: together they are all of them. */
export function tellingCases(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  fate: CaseFate,
): readonly TellingCase[] {
  if (peers.length === 0) return [];
  const { decided, split } = cut(firewall, asked, peers);
  const { parts, quantifier } = split;
  if (isSpent(firewall)) return [{ case: asked, peers }];
  const open = parts.length === 0 ? [] : intersect(decided.undecided, peers);
  const alike = groupsByTests(split, open);
  if (alike.length > 1)
    return [subtract(peers, open), ...alike].flatMap((each) => tellingCases(firewall, asked, each, fate));
  const sure = { case: asked, peers: subtract(peers, open) };
  const fareSo = (part: ScenarioPart, of: IntervalSet): IntervalSet =>
    intersect(faring(solve(firewall, part.case, of, new Set()), fate), of);
  const onward = (part: ScenarioPart, of: IntervalSet): readonly TellingCase[] =>
    tellingCases(firewall, part.case, of, fate);
  const firstOf = (among: readonly ScenarioPart[]): readonly TellingCase[] => {
    let rest = open;
    const found = among.flatMap((part) => {
      if (rest.length === 0) return [];
      const these = fareSo(part, rest);
      rest = subtract(rest, these);
      return onward(part, these);
    });
    return [...found, { case: asked, peers: rest }];
  };
  const [first] = parts;
  const last = parts.at(-1);
  const ofOpen = (): readonly TellingCase[] => {
    switch (quantifier) {
      case 'plain':
        return first === undefined ? [] : onward(first, open);
      case 'some':
        if (fate !== 'undecided') return firstOf(usualFirst(parts));
        break;
      case 'each':
        if (fate === 'blocked') return firstOf(parts.filter(({ isUsual }) => isUsual));
        break;
      case 'cases':
      case 'listed': {
        if (last === undefined) break;
        const alike = parts.reduce((of, part) => (of.length === 0 ? of : fareSo(part, of)), open);
        return [...onward(last, alike), { case: asked, peers: subtract(open, alike) }];
      }
    }
    return [{ case: asked, peers: open }];
  };
  return [sure, ...(open.length === 0 ? [] : ofOpen())].filter(({ peers: of }) => of.length > 0);
}

/** Nobody needs a rare choice where an ordinary one does. */
function usualFirst(parts: readonly ScenarioPart[]): readonly ScenarioPart[] {
  return [...parts.filter(({ isUsual }) => isUsual), ...parts.filter(({ isUsual }) => !isUsual)];
}

/** The same of one source. */
export function telling(firewall: Firewall, asked: Scenario, peer: IntervalSet, fate: CaseFate): Scenario {
  return tellingCases(firewall, asked, peer, fate)[0]?.case ?? asked;
}

function faring({ allowed, blocked, unresolved, undecided, depends }: Outcome, fate: CaseFate): IntervalSet {
  switch (fate) {
    case 'allowed':
      return allowed;
    case 'blocked':
      return union(blocked, unresolved);
    case 'depends':
      return depends;
    case 'undecided':
      return subtract(undecided, depends);
  }
}

function fateIn(firewall: Firewall, part: ScenarioPart, peer: IntervalSet): CaseFate {
  return fateOf(solve(firewall, part.case, peer, new Set()), peer);
}

export function fateOf(outcome: Outcome, peers: IntervalSet): CaseFate {
  if (isWithin(peers, outcome.allowed)) return 'allowed';
  if (isWithin(peers, outcome.blocked) || isWithin(peers, outcome.unresolved)) return 'blocked';
  return isWithin(peers, outcome.depends) ? 'depends' : 'undecided';
}
