import {
  intersect,
  isWithin,
  overlaps,
  subtract,
  union,
  unionOf,
  type IntervalSet,
} from '../../net/interval-set.ts';
import type { Effect } from '../model/action.ts';
import type { Match } from '../model/match.ts';
import { intersectSources, subtractSources, type Bounds, type Sources } from './matching/must-may.ts';
import { casesNear } from './matching/case-index.ts';
import { chooseCases } from './matching/map-cases.ts';
import type { Packet } from './packet.ts';
import { matchPacket, matchAll } from './matching/match-packet.ts';
import { newNotes } from './matching/notes.ts';

/** What a rule comes to for some packets; `open` where that hangs on matches among its effects. */
export type ResolvedAction =
  | { readonly kind: 'effect'; readonly effect: Effect }
  /** None of its cases fits. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'open'; readonly matches: readonly Match[] };

/** The effect that counts: of a verdict map the verdict of the case that fits, else the first that ends the rule, else the last. */
export function resolveAction(
  effects: readonly Effect[],
  packet: Packet,
  peers: IntervalSet,
): ResolvedAction {
  let last: Effect = { kind: 'continue' };
  for (const effect of effects) {
    switch (effect.kind) {
      case 'only-if': {
        const bounds = matchAll(effect.matches, packet, newNotes());
        if (!mayHold(bounds, peers)) return { kind: 'nothing' };
        if (!surelyHolds(bounds, peers)) return { kind: 'open', matches: effect.matches };
        break;
      }
      case 'choose': {
        const notes = newNotes();
        const fitting = casesNear(effect.cases, packet, peers).find(({ match }) =>
          mayHold(matchPacket(match, packet, notes), peers),
        );
        if (fitting === undefined) return { kind: 'nothing' };
        if (!surelyHolds(matchPacket(fitting.match, packet, newNotes()), peers))
          return { kind: 'open', matches: [fitting.match] };
        const settled = resolveAction(fitting.effects, packet, peers);
        if (settled.kind !== 'effect' || endsRule(settled.effect)) return settled;
        last = settled.effect;
        break;
      }
      default:
        if (endsRule(effect)) return { kind: 'effect', effect };
        last = effect;
    }
  }
  return { kind: 'effect', effect: last };
}

/** The same for peers that do not fare alike: what it comes to for which of them. */
export function resolveEach(
  effects: readonly Effect[],
  packet: Packet,
  peers: IntervalSet,
): readonly ResolvedFor[] {
  const done: ResolvedFor[] = [];
  let groups: readonly Going[] = [{ peers, last: { kind: 'continue' } }];
  const settle = (action: ResolvedAction, of: IntervalSet): void => {
    if (of.length > 0) done.push({ action, peers: of });
  };
  for (const effect of effects) {
    groups = groups.flatMap((group): readonly Going[] => {
      if (group.peers.length === 0) return [];
      switch (effect.kind) {
        case 'only-if': {
          const { must, may } = matchAll(effect.matches, packet, newNotes());
          const fitting = intersectSources(group.peers, may);
          settle({ kind: 'nothing' }, subtractSources(group.peers, may));
          settle({ kind: 'open', matches: effect.matches }, subtractSources(fitting, must));
          return [{ ...group, peers: intersectSources(fitting, must) }];
        }
        case 'choose': {
          const { cases, rest } = chooseCases(effect.cases, packet, group.peers, newNotes());
          // Who may have two of the cases, or none, surely has none of them.
          const several = inSeveral([rest, ...cases.map((one) => one.peers)]);
          settle({ kind: 'open', matches: effect.cases.map(({ match }) => match) }, several);
          settle({ kind: 'nothing' }, subtract(rest, several));
          const left: Going[] = [];
          for (const { peers: of, effects: chosen } of cases)
            for (const one of resolveEach(chosen, packet, subtract(of, several)))
              if (one.action.kind === 'effect' && !endsRule(one.action.effect))
                left.push({ peers: one.peers, last: one.action.effect });
              else settle(one.action, one.peers);
          return left;
        }
        default:
          if (!endsRule(effect)) return [{ ...group, last: effect }];
          settle({ kind: 'effect', effect }, group.peers);
          return [];
      }
    });
  }
  for (const { peers: of, last } of groups) settle({ kind: 'effect', effect: last }, of);
  return done;
}

/** What is in more than one of the sets; by halves, since one after another thousands of them would be quadratic. */
function inSeveral(sets: readonly IntervalSet[]): IntervalSet {
  if (sets.length < 2) return [];
  const middle = sets.length >> 1;
  const [some, others] = [sets.slice(0, middle), sets.slice(middle)];
  return union(inSeveral(some), inSeveral(others), intersect(unionOf(some), unionOf(others)));
}

export interface ResolvedFor {
  readonly action: ResolvedAction;
  readonly peers: IntervalSet;
}

interface Going {
  readonly peers: IntervalSet;
  readonly last: Effect;
}

function endsRule({ kind }: Effect): boolean {
  return kind !== 'continue' && kind !== 'assign' && kind !== 'untrack';
}

/** The first test that leaves open whether all of them hold. */
export function openTest(matches: readonly Match[], packet: Packet, peers: IntervalSet): Match | null {
  for (const match of matches) {
    const bounds = matchPacket(match, packet, newNotes());
    if (!mayHold(bounds, peers) || surelyHolds(bounds, peers)) continue;
    switch (match.kind) {
      case 'all':
      case 'any':
        return openTest(match.of, packet, peers) ?? match;
      case 'not':
        return openTest([match.of], packet, peers) ?? match;
      default:
        return match;
    }
  }
  return null;
}

function mayHold({ may }: Bounds, peers: IntervalSet): boolean {
  return may === 'all' || overlaps(may, peers);
}

/** Wherever it may hold, it does. */
function surelyHolds({ must, may }: Bounds, peers: IntervalSet): boolean {
  return must === may || must === 'all' || isWithin(common(peers, may), must);
}

function common(peers: IntervalSet, may: Sources): IntervalSet {
  return may === 'all' ? peers : intersect(peers, may);
}
