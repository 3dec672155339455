import { isSame } from '../../../../net/interval-set.ts';
import type { Effect } from '../../../model/action.ts';
import type { Match } from '../../../model/match.ts';
import type { Rule } from '../../../model/ruleset.ts';
import { lostFamilyTest } from '../quirks/lost-family.ts';
import type { RuleDraft } from '../syntax/syntax.ts';
import type { TableContext } from './context.ts';

/** Reads a rule and lowers its statements in their order. */
export function lowerRule(draft: RuleDraft, context: TableContext): Rule {
  context.line = draft.line;
  context.at = draft.at;
  const { text, statements } = draft.read();
  const matches: Match[] = [];
  const effects: Effect[] = [];
  for (const [nth, statement] of statements.entries()) {
    const lowered = context.lowerStatement(statement, context);
    addMatches(lowered.matches, matches, effects);
    const lost = lostFamilyTest(statement, statements[nth - 1], context.table.family);
    if (lost.length > 0 && !hasFamilyTest(matches, effects)) addMatches(lost, matches, effects);
    effects.push(...lowered.effects);
  }
  // Copies take no more room than they have elements: a file may have a million rules.
  return { line: draft.line, handle: draft.handle, text, matches: matches.slice(), effects: effects.slice() };
}

function hasFamilyTest(matches: readonly Match[], effects: readonly Effect[]): boolean {
  const isOfFamily = (match: Match): boolean => match.kind === 'number' && match.field === 'family';
  return (
    matches.some(isOfFamily) ||
    effects.some((effect) => effect.kind === 'only-if' && effect.matches.some(isOfFamily))
  );
}

/** A test before all effects is the rule's; one after an effect decides on the rest only. */
function addMatches(added: readonly Match[], matches: Match[], effects: Effect[]): void {
  const fresh: Match[] = [];
  for (const match of added) {
    if (!matches.some((known) => isSameTest(known, match)) && !fresh.includes(match)) fresh.push(match);
  }
  if (effects.length === 0) matches.push(...fresh);
  else if (fresh.length > 0) effects.push({ kind: 'only-if', matches: fresh });
}

/** Dependencies repeat tests of the file: `meta l4proto tcp tcp dport 22`. */
function isSameTest(a: Match, b: Match): boolean {
  if (a === b) return true;
  if (a.kind !== 'number' || b.kind !== 'number' || a.field !== b.field || a.mask !== b.mask) return false;
  return (a.field === 'protocol' || a.field === 'family') && isSame(a.in, b.in);
}
