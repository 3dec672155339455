import { groupBy } from '../../../group-by.ts';
import { intersect, subtract, unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import type { Effect, MapCase } from '../../model/action.ts';
import type { Packet } from '../packet.ts';
import { casesNear } from './case-index.ts';
import { matchPacket, PARTS_A_STEP } from './match-packet.ts';
import type { Notes } from './notes.ts';
import { intersectSources, type Bounds } from './must-may.ts';

/** A case of a map with the peers whose case it may be. */
export interface ChosenCase {
  readonly peers: IntervalSet;
  readonly effects: readonly Effect[];
}

interface Chosen {
  /** In the order of the map; those with one verdict are one, since peers are chosen by now. */
  readonly cases: readonly ChosenCase[];
  /** Peers who may have none of the cases. */
  readonly rest: IntervalSet;
}

interface BoundCase {
  readonly bounds: Bounds;
  readonly effects: readonly Effect[];
}

/** Which case is whose: the first that matches. */
export function chooseCases(
  cases: readonly MapCase[],
  packet: Packet,
  peers: IntervalSet,
  notes: Notes,
): Chosen {
  const near = casesNear(cases, packet, peers);
  const found = near.flatMap(({ match, effects }): BoundCase[] => {
    const bounds = matchPacket(match, packet, notes);
    return bounds.may.length === 0 ? [] : [{ bounds, effects }];
  });
  notes.extra += near.length / PARTS_A_STEP;
  const chosen: ChosenCase[] = [];
  const rest = choose(found, peers, chosen);
  notes.extra += STEPS_A_CASE * chosen.length;
  return { cases: chosen.length > FEW_CASES ? joinedByVerdict(chosen) : chosen, rest };
}

/** What the rule then does with the peers of each case takes as long as so many rules. */
const STEPS_A_CASE = 3;

/** Up to here going through them one by one is fast. */
const FEW_CASES = 16;

/**
 * Takes from the peers those of each case in turn, and returns who is left. By halves: cut out of all the peers one after another, a
 * hundred thousand cases would be quadratic.
 */
function choose(found: readonly BoundCase[], peers: IntervalSet, chosen: ChosenCase[]): IntervalSet {
  if (found.length <= FEW_CASES) {
    let rest = peers;
    for (const { bounds, effects } of found) {
      const own = intersectSources(rest, bounds.may);
      if (own.length > 0) chosen.push({ peers: own, effects });
      rest = bounds.must === 'all' ? [] : subtract(rest, bounds.must);
      if (rest.length === 0) break;
    }
    return rest;
  }
  const middle = found.length >> 1;
  return [found.slice(0, middle), found.slice(middle)].reduce((rest, half) => {
    if (rest.length === 0 || half.some(({ bounds }) => bounds.may === 'all'))
      return choose(half, rest, chosen);
    const concerned = intersect(rest, unionOf(half.map(({ bounds }) => bounds.may as IntervalSet)));
    if (concerned.length === 0) return rest;
    const left = choose(half, concerned, chosen);
    return subtract(rest, subtract(concerned, left));
  }, peers);
}

function joinedByVerdict(chosen: readonly ChosenCase[]): readonly ChosenCase[] {
  const named = chosen.map((one, index) => ({ ...one, name: verdictName(one.effects) ?? `${index}` }));
  return groupBy(named, ({ name }) => name).map((same) => ({
    peers: unionOf(same.map(({ peers }) => peers)),
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
