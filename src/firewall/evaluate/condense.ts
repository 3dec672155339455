import { intervalSet, isSame, type Bound } from '../../net/interval-set.ts';
import type { Effect } from '../effect.ts';
import type { AddressMatch, Match } from '../match.ts';
import type { Rule } from '../ruleset.ts';

/** Below this a chain is gone through faster than it is condensed. */
const WORTHWHILE = 64;

/** Above this share of the rules the condensed ones save less than the indexes for both cost. */
const WORTH_IT = 0.9;

const made = new WeakMap<readonly Rule[], readonly Rule[]>();

/**
 * The rules with neighbours made one that do the same to different addresses: a blocklist of a hundred thousand rules is one
 * rule with a set. For whom a rule may hold stays what it was; which line decided does not, so paths are told by the rules as
 * they were written.
 */
export function condensed(rules: readonly Rule[]): readonly Rule[] {
  if (rules.length < WORTHWHILE) return rules;
  const known = made.get(rules);
  if (known !== undefined) return known;
  const few = condense(rules);
  made.set(rules, few);
  return few;
}

/** Neighbouring rules that differ in one address test, or (`at` null) one that has no such neighbour yet. */
interface Group {
  readonly first: Rule;
  /** Which of the matches differs. */
  at: number | null;
  /** What they test it for, in the order of the rules; empty while `at` is null. */
  readonly pairs: Bound[];
}

function condense(rules: readonly Rule[]): readonly Rule[] {
  const few: Rule[] = [];
  let group: Group | null = null;
  for (const rule of rules) {
    if (group !== null && admits(group, rule)) continue;
    if (group !== null) few.push(toRule(group));
    group = { first: rule, at: null, pairs: [] };
  }
  if (group !== null) few.push(toRule(group));
  return few.length > WORTH_IT * rules.length ? rules : few;
}

/** Takes the rule into the group if it belongs there. */
function admits(group: Group, { matches, effects }: Rule): boolean {
  const { first } = group;
  if (matches.length !== first.matches.length || !endAlike(first.effects, effects)) return false;
  let at: number | null = null;
  for (let i = 0; i < matches.length; i++) {
    const ours = first.matches[i];
    const theirs = matches[i];
    if (ours === undefined || theirs === undefined || areSame(ours, theirs)) continue;
    if (at !== null || (group.at !== null && group.at !== i) || !areAlike(ours, theirs)) return false;
    at = i;
  }
  if (at === null) return true; // The same rule again.
  const start = first.matches[at];
  const next = matches[at];
  if (start?.kind !== 'address' || next?.kind !== 'address') return false;
  if (group.at === null) group.pairs.push(...start.in);
  group.at = at;
  group.pairs.push(...next.in);
  return true;
}

function toRule({ first, at, pairs }: Group): Rule {
  if (at === null) return first;
  const set = intervalSet(pairs);
  const matches = first.matches.map((match, index) =>
    index === at && match.kind === 'address' ? { ...match, in: set } : match,
  );
  return { ...first, matches };
}

/** Both only end the packet's way through the chain, and the same way. */
function endAlike(a: readonly Effect[], b: readonly Effect[]): boolean {
  const kind = a[0]?.kind;
  if (a.length !== 1 || b.length !== 1 || kind !== b[0]?.kind) return false;
  return kind === 'accept' || kind === 'drop' || kind === 'reject' || kind === 'return';
}

function areAlike(a: Match, b: Match): a is AddressMatch {
  return a.kind === 'address' && b.kind === 'address' && a.field === b.field && a.family === b.family;
}

function areSame(a: Match, b: Match): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'number':
      return b.kind === 'number' && a.field === b.field && a.mask === b.mask && isSame(a.in, b.in);
    case 'address':
      return areAlike(a, b) && b.kind === 'address' && isSame(a.in, b.in);
    case 'interface':
      return b.kind === 'interface' && a.field === b.field && a.in.join('\0') === b.in.join('\0');
    case 'not':
      return b.kind === 'not' && areSame(a.of, b.of);
    case 'assumed':
      return b.kind === 'assumed' && a.holds === b.holds && a.assumption === b.assumption;
    case 'unknown':
      return b.kind === 'unknown' && a.text === b.text;
    case 'all':
    case 'any':
      return false;
  }
}
