import { FAMILIES, type Family } from '../../net/address.ts';
import { intersect, subtract, union, type IntervalSet } from '../../net/interval-set.ts';
import { proof, type AddressSets, type Proof } from './proof.ts';

/** What the rules let in, but the routes of the machine do not, stays open: rules alone do not decide it. */
export function withoutWay(found: Proof, dead: AddressSets): Proof {
  const { allowed, undecided, blocked, unresolved, depends, assumptions } = found;
  if (FAMILIES.every((family) => intersect(allowed[family], dead[family]).length === 0)) return found;
  const each = (set: (family: Family) => IntervalSet): AddressSets => ({ 4: set(4), 6: set(6) });
  return proof({
    ...{ blocked, unresolved, depends, assumptions },
    allowed: each((family) => subtract(allowed[family], dead[family])),
    undecided: each((family) => union(undecided[family], intersect(allowed[family], dead[family]))),
    findTrace: () => found.trace,
  });
}
