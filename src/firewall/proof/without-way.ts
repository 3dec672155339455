import { FAMILIES, type Address } from '../../net/address.ts';
import { eachFamily, toBound } from '../../net/address-set.ts';
import { holds, intersect, subtract, union, unionOf } from '../../net/interval-set.ts';
import type { WayReason } from '../model/way-reason.ts';
import { proof, type AddressSets, type Proof } from './proof.ts';

/** Sources that the machine may not serve, whatever its rules say. */
export interface NoWay {
  readonly of: AddressSets;
  readonly because: WayReason;
}

/** All of them. */
export function deadOf(ways: readonly NoWay[]): AddressSets {
  return eachFamily((family) => unionOf(ways.map(({ of }) => of[family])));
}

/** Which of them is why the source stays open; what can be named comes first. */
export function noWayOf(ways: readonly NoWay[], source: Address): NoWay | null {
  const own = ways.filter(({ of }) => holds(of[source.family], toBound(source)));
  return firstTelling(own);
}

/** Routes may lead nowhere for a reason that another one names. */
export function firstTelling(ways: readonly NoWay[]): NoWay | null {
  return ways.find(({ because }) => because.code !== 'no-route') ?? ways[0] ?? null;
}

/** What the rules let in, but the routes of the machine do not, stays open: rules alone do not decide it. */
export function withoutWay(found: Proof, ways: readonly NoWay[]): Proof {
  const dead = deadOf(ways);
  const { allowed, undecided, blocked, unresolved, depends, inPart, assumptions } = found;
  const opened = eachFamily((family) => intersect(allowed[family], dead[family]));
  if (FAMILIES.every((family) => opened[family].length === 0)) return found;
  return proof({
    ...{ blocked, unresolved, depends, inPart, assumptions },
    allowed: eachFamily((family) => subtract(allowed[family], dead[family])),
    undecided: eachFamily((family) => union(undecided[family], opened[family])),
    findTrace: () => found.trace,
  });
}
