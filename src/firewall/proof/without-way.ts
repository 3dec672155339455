import { eachFamily } from '../../net/address-set.ts';
import { FAMILIES } from '../../net/address.ts';
import { intersect, subtract, union } from '../../net/interval-set.ts';
import { proof, type AddressSets, type Proof } from './proof.ts';

/** What the rules let in, but the routes of the machine do not, stays open: rules alone do not decide it. */
export function withoutWay(found: Proof, dead: AddressSets): Proof {
  const { allowed, undecided, blocked, unresolved, depends, assumptions } = found;
  const opened = eachFamily((family) => intersect(allowed[family], dead[family]));
  if (FAMILIES.every((family) => opened[family].length === 0)) return found;
  return proof({
    ...{ blocked, unresolved, depends, assumptions },
    allowed: eachFamily((family) => subtract(allowed[family], dead[family])),
    undecided: eachFamily((family) => union(undecided[family], opened[family])),
    findTrace: () => found.trace,
  });
}
