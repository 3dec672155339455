import type { Effect } from '../../../model/action.ts';
import type { Match } from '../../../model/match.ts';

/** What a statement means: tests that must hold, then what happens. */
export interface Lowered {
  readonly matches: readonly Match[];
  readonly effects: readonly Effect[];
}

/** The meaning of a statement that neither tests nor does anything. */
export const NOTHING: Lowered = { matches: [], effects: [] };

/** A statement that only tests. */
export function tests(...matches: readonly Match[]): Lowered {
  return { matches, effects: NOTHING.effects };
}

/** A statement that does something whatever the packet. */
export function does(effect: Effect): Lowered {
  return { matches: NOTHING.matches, effects: [effect] };
}
