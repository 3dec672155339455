import type { Effect } from './action.ts';
import type { Match } from './match.ts';
import type { Rule, Table } from './ruleset.ts';

type Visit = (match: Match, rule: Rule) => void;

/** Visits every single test of every rule, those within combinations and effects too. */
export function eachTest({ tables }: { readonly tables: readonly Table[] }, visit: Visit): void {
  for (const { chains } of tables) {
    for (const { rules } of chains.values()) {
      for (const rule of rules) eachTestOf(rule, visit);
    }
  }
}

export function eachTestOf(rule: Rule, visit: Visit): void {
  for (const match of rule.matches) visitMatch(match, rule, visit);
  for (const effect of rule.effects) visitEffect(effect, rule, visit);
}

function visitMatch(match: Match, rule: Rule, visit: Visit): void {
  if (match.kind === 'not') visitMatch(match.of, rule, visit);
  else if (match.kind === 'all' || match.kind === 'any')
    for (const part of match.of) visitMatch(part, rule, visit);
  else visit(match, rule);
}

function visitEffect(effect: Effect, rule: Rule, visit: Visit): void {
  if (effect.kind === 'only-if') for (const match of effect.matches) visitMatch(match, rule, visit);
  if (effect.kind !== 'choose') return;
  for (const { match, effects } of effect.cases) {
    visitMatch(match, rule, visit);
    for (const each of effects) visitEffect(each, rule, visit);
  }
}
