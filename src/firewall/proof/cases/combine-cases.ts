import { intersect, isWithin, subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
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
  switch (quantifier) {
    case 'plain': {
      const [only] = outcomes;
      return only ?? { allowed: [], blocked: [], unresolved: [], depends: [] };
    }
    case 'listed':
      return { allowed: [], blocked: [], unresolved: [], depends: known };
    case 'cases':
      return { allowed: allowedInAll(usual), blocked: blockedByAll, unresolved, depends: known };
    case 'each': {
      const blocked = union(...usual.map((outcome) => outcome.blocked));
      return {
        allowed: allowedInAll(usual),
        blocked,
        unresolved: subtract(unresolved, blocked),
        depends: union(...each('depends')),
      };
    }
    case 'some':
      return {
        allowed: union(...each('allowed')),
        blocked: blockedByAll,
        unresolved,
        depends: union(...each('depends')),
      };
  }
}

function allowedInAll(outcomes: readonly PartOutcome[]): IntervalSet {
  return outcomes.length === 0 ? [] : outcomes.map(({ allowed }) => allowed).reduce(intersect);
}

/** A part that ordinary clients never are fares otherwise than the rest. */
export function hasUnusualExceptions(outcomes: readonly PartOutcome[], quantifier: Quantifier): boolean {
  if (quantifier === 'some') return false;
  const allowed = allowedInAll(outcomes.filter(({ part }) => part.isUsual));
  return outcomes.some(({ part, ...of }) => !part.isUsual && !isWithin(allowed, of.allowed));
}
