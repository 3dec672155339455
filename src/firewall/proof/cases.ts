import { isWithin, type IntervalSet } from '../../net/interval-set.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import type { Outcome } from '../netfilter/outcome.ts';
import type { Scenario } from '../netfilter/scenario.ts';
import { isSpent } from '../netfilter/work.ts';
import { cut, solve } from './solve.ts';
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
const MOST_CASES = 64;

/** The cases that the answer for one source depends on; one without conditions where it depends on none. */
export function casesOf(firewall: Firewall, asked: Scenario, peer: IntervalSet): readonly SolvedCase[] {
  const found: SolvedCase[] = [];
  const visit = (one: Scenario, conditions: readonly Condition[]): void => {
    if (found.length >= MOST_CASES || isSpent(firewall)) return;
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
      case 'told':
        for (const part of parts) visit(part.case, [...conditions, ...listed(part.condition)]);
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

function listed(condition: Condition | null): readonly Condition[] {
  return condition === null ? [] : [condition];
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
    const { match, dimension, place } = test;
    const { text, reason } = match;
    return [{ kind: 'test', dimension, text, reason, holds, isPlain: true, place }];
  });
  return [...relied, ...reliedOn(firewall, part.case, peer)];
}

/** The case in which these peers surely fare so, as far as somebody's choice makes it so. */
export function telling(firewall: Firewall, asked: Scenario, peers: IntervalSet, fate: CaseFate): Scenario {
  const { decided, split } = cut(firewall, asked, peers);
  if (decided.undecided.length === 0 || split.parts.length === 0 || isSpent(firewall)) return asked;
  const fares = (part: ScenarioPart): boolean => fateIn(firewall, part, peers) === fate;
  const onward = (part: ScenarioPart | undefined): Scenario =>
    part === undefined ? asked : telling(firewall, part.case, peers, fate);
  switch (split.quantifier) {
    case 'plain':
      return onward(split.parts[0]);
    case 'some':
      return onward(fate === 'undecided' ? undefined : split.parts.find(fares));
    case 'each':
      return fate === 'blocked' ? onward(split.parts.filter(({ isUsual }) => isUsual).find(fares)) : asked;
    case 'cases':
    case 'told':
      return asked.sender === 'anybody' && split.parts.every(fares) ? onward(split.parts.at(-1)) : asked;
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
