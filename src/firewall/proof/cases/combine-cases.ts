import {
  intersect,
  isWithin,
  subtract,
  union,
  unionOf,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import type { Quantifier } from '../../model/dimension.ts';
import type { Outcome } from '../../netfilter/outcome.ts';
import type { ScenarioPart } from './split-case.ts';

/** What becomes of the peers in one part of a case. */
export interface PartOutcome extends Outcome {
  readonly part: ScenarioPart;
}

type Decided = Omit<Outcome, 'undecided'>;

/** What the parts of a case come to together; whoever is in none of the sets is undecided. */
export function combined(outcomes: readonly PartOutcome[], quantifier: Quantifier): Decided {
  const each = (kind: keyof Outcome): readonly IntervalSet[] => outcomes.map((outcome) => outcome[kind]);
  const usual = outcomes.filter(({ part }) => part.isUsual);
  const blockedByAll = each('blocked').reduce(intersect);
  const shut = outcomes.map(({ blocked, unresolved }) => union(blocked, unresolved)).reduce(intersect);
  const unresolved = subtract(shut, blockedByAll);
  const known = union(...each('allowed'), ...each('blocked'), ...each('depends'));
  const inPart = unionOf(each('inPart'));
  const wholly = (kind: 'allowed' | 'blocked', of: readonly PartOutcome[]): readonly IntervalSet[] =>
    of.map((outcome) => subtract(outcome[kind], outcome.inPart));
  switch (quantifier) {
    case 'plain': {
      const [only] = outcomes;
      return only ?? { allowed: [], blocked: [], unresolved: [], depends: [], inPart: [] };
    }
    case 'listed':
      return { allowed: [], blocked: [], unresolved: [], depends: known, inPart: [] };
    case 'cases': {
      const allowed = allowedInAll(usual);
      const decided = union(allowed, blockedByAll);
      return {
        allowed,
        blocked: blockedByAll,
        unresolved,
        depends: known,
        inPart: intersect(decided, inPart),
      };
    }
    case 'each': {
      const blocked = union(...usual.map((outcome) => outcome.blocked));
      return {
        allowed: allowedInAll(usual),
        blocked,
        unresolved: subtract(unresolved, blocked),
        depends: union(...each('depends')),
        inPart: subtract(blocked, intersectAll(wholly('blocked', usual))),
      };
    }
    case 'some': {
      const allowed = union(...each('allowed'));
      const isByPort = outcomes.some(({ part }) =>
        part.conditions.some(({ kind }) => kind === 'source-port'),
      );
      // A header of his choice is one packet; a port of his choice is a test of it.
      const anyhow = isByPort ? intersectAll(wholly('allowed', usual)) : unionOf(wholly('allowed', outcomes));
      return {
        allowed,
        blocked: blockedByAll,
        unresolved,
        depends: union(...each('depends')),
        inPart: subtract(allowed, anyhow),
      };
    }
  }
}

function allowedInAll(outcomes: readonly PartOutcome[]): IntervalSet {
  return intersectAll(outcomes.map(({ allowed }) => allowed));
}

/** Nobody of no sets. */
function intersectAll(sets: readonly IntervalSet[]): IntervalSet {
  return sets.length === 0 ? [] : sets.reduce(intersect);
}

/** A part that ordinary clients never are fares otherwise than the rest. */
export function hasUnusualExceptions(outcomes: readonly PartOutcome[], quantifier: Quantifier): boolean {
  if (quantifier === 'some') return false;
  const allowed = allowedInAll(outcomes.filter(({ part }) => part.isUsual));
  return outcomes.some(({ part, ...of }) => !part.isUsual && !isWithin(allowed, of.allowed));
}
