import type { Effect } from '../effect.ts';
import type { Match } from '../match.ts';
import type { Firewall } from './firewall.ts';

/** Visits every single test of every rule, those within combinations and effects too. */
export function eachTest({ tables }: Firewall, visit: (match: Match) => void): void {
  for (const { chains } of tables) {
    for (const { rules } of chains.values()) {
      for (const { matches, effects } of rules) {
        for (const match of matches) visitMatch(match, visit);
        for (const effect of effects) visitEffect(effect, visit);
      }
    }
  }
}

function visitMatch(match: Match, visit: (match: Match) => void): void {
  if (match.kind === 'not') visitMatch(match.of, visit);
  else if (match.kind === 'all' || match.kind === 'any') for (const part of match.of) visitMatch(part, visit);
  else visit(match);
}

function visitEffect(effect: Effect, visit: (match: Match) => void): void {
  if (effect.kind === 'only-if') for (const match of effect.matches) visitMatch(match, visit);
  if (effect.kind !== 'choose') return;
  for (const { match, effects } of effect.cases) {
    visitMatch(match, visit);
    for (const each of effects) visitEffect(each, visit);
  }
}
