import { groupBy } from '../../../group-by.ts';
import { unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import type { Effect, MapCase } from '../../model/action.ts';
import type { Packet } from '../packet.ts';
import { matchPacket, type Notes } from './match-packet.ts';
import { or, type Bounds } from './must-may.ts';

/** A case of a map with the peers whose case it is. */
export interface BoundCase {
  readonly bounds: Bounds;
  readonly effects: readonly Effect[];
}

/** Up to here going through them one by one is fast. */
const FEW_CASES = 16;

/**
 * The cases that may be that of some peer, in order. Of many, those with one verdict are one case: cut out of the peers one
 * after another, a hundred thousand would be quadratic.
 */
export function mapCases(cases: readonly MapCase[], packet: Packet, notes: Notes): readonly BoundCase[] {
  const found = cases.flatMap(({ match, effects }): BoundCase[] => {
    const bounds = matchPacket(match, packet, notes);
    return bounds.may.length === 0 ? [] : [{ bounds, effects }];
  });
  return found.length > FEW_CASES && areDisjoint(found) ? joinedByVerdict(found) : found;
}

/** No peer may have two of the cases: their order means nothing. */
function areDisjoint(found: readonly BoundCase[]): boolean {
  const sets = found.flatMap(({ bounds }) => (bounds.may === 'all' ? [] : [bounds.may]));
  return sets.length === found.length && sizeOf(unionOf(sets)) === sum(sets.map(sizeOf));
}

function joinedByVerdict(found: readonly BoundCase[]): readonly BoundCase[] {
  const named = found.map(({ bounds, effects }, index) => ({
    bounds,
    effects,
    name: verdictName(effects) ?? `${index}`,
  }));
  return groupBy(named, ({ name }) => name).map((same) => ({
    bounds: or(same.map(({ bounds }) => bounds)),
    effects: same[0]?.effects ?? [],
  }));
}

/** Of a verdict alone, which has no values but these. */
function verdictName([effect, ...more]: readonly Effect[]): string | null {
  if (effect === undefined || more.length > 0) return null;
  switch (effect.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return effect.kind;
    case 'jump':
    case 'goto':
      return `${effect.kind} ${effect.chain}`;
    default:
      return null;
  }
}

function sizeOf(set: IntervalSet): bigint {
  return sum(set.map((bound, index) => (index % 2 === 0 ? -BigInt(bound) : BigInt(bound))));
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
