import { intervalSet, isSame, type Bound } from '../../net/interval-set.ts';
import type { Effect } from './action.ts';
import { isSameUnknown, type AddressMatch, type Match } from './match.ts';
import type { JoinedRules, Rule } from './ruleset.ts';

/** Fewer than these are left alone: together they reach far and hold little, so more packets would have to be held against them. */
const LEAST_JOINED = 16;

/**
 * The rules with neighbours made one that do the same to different addresses: a blocklist of a hundred thousand rules is one
 * rule with a set. Whom a rule may match stays what it was.
 */
export function joinRules(rules: readonly Rule[]): readonly Rule[] {
  let few: Rule[] | null = null;
  for (let start = 0; start < rules.length;) {
    const first = rules[start];
    if (first === undefined) break;
    const { end, at } = alikeFrom(rules, start, first);
    if (at !== null && end - start >= LEAST_JOINED) {
      few ??= rules.slice(0, start);
      few.push(join(first, rules.slice(start, end), at));
    } else if (few !== null) for (const rule of rules.slice(start, end)) few.push(rule);
    start = end;
  }
  return few ?? rules;
}

/** One rule for neighbours that differ in the match at this place. @param pairs what they test for, together */
function joinedRule(first: Rule, pairs: readonly Bound[], joined: JoinedRules): Rule {
  const set = intervalSet(pairs);
  const matches = first.matches.map((match, index) =>
    index === joined.at && match.kind === 'address' ? { ...match, in: set } : match,
  );
  return { ...first, matches, joined };
}

/** The rules of the file that the rule stands for. */
export function expandMerged(rule: Rule): readonly Rule[] {
  const { joined } = rule;
  if (joined === undefined) return [rule];
  return Array.from({ length: mergedCount(rule) }, (_, nth) => joined.written(nth));
}

/** How many they are. */
export function mergedCount({ joined }: Rule): number {
  return joined === undefined ? 1 : joined.bounds.length / 2;
}

/** Whether the rule only ends the packet's way through the chain: rules that do it alike can be joined. */
function endsTheWay(effects: readonly Effect[]): boolean {
  const [effect] = effects;
  return effects.length === 1 && effect !== undefined && ENDS.has(effect.kind);
}

const ENDS: ReadonlySet<Effect['kind']> = new Set(['accept', 'drop', 'reject', 'return']);

/** How far the rules differ from the first of them in one address test at most, and in which. */
function alikeFrom(
  rules: readonly Rule[],
  start: number,
  first: Rule,
): { readonly end: number; readonly at: number | null } {
  let at: number | null = null;
  let end = start + 1;
  for (; end < rules.length; end++) {
    const difference = differenceOf(first, rules[end]);
    if (difference === 'more' || (at !== null && difference !== at && difference !== 'none')) break;
    if (difference !== 'none') at = difference;
  }
  return { end, at };
}

/** Which address test they differ in, if that is all. */
function differenceOf(first: Rule, other: Rule | undefined): number | 'none' | 'more' {
  if (other?.matches.length !== first.matches.length || !endAlike(first, other)) return 'more';
  let at: number | 'none' = 'none';
  for (let i = 0; i < first.matches.length; i++) {
    const ours = first.matches[i];
    const theirs = other.matches[i];
    if (ours === undefined || theirs === undefined || areSame(ours, theirs)) continue;
    if (at !== 'none' || !areAlike(ours, theirs)) return 'more';
    at = i;
  }
  return at;
}

function join(first: Rule, rules: readonly Rule[], at: number): Rule {
  const pairs: Bound[] = [];
  const bounds: Bound[] = [];
  let areIntervals = true;
  for (const { matches } of rules) {
    const match = matches[at];
    const set = match?.kind === 'address' ? match.in : [];
    if (set.length > 2) areIntervals = false;
    for (const bound of set) pairs.push(bound);
    bounds.push(set[0] ?? 0, set[set.length - 1] ?? 0);
  }
  return joinedRule(first, pairs, { at, bounds, areIntervals, written: (nth) => rules[nth] ?? first });
}

/** Both end the packet's way alike. */
function endAlike(a: Rule, b: Rule): boolean {
  return a.effects[0]?.kind === b.effects[0]?.kind && endsTheWay(a.effects) && endsTheWay(b.effects);
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
    case 'adds':
      return b.kind === 'adds' && a.list === b.list;
    case 'assumed':
      return b.kind === 'assumed' && a.holds === b.holds && a.assumption.text === b.assumption.text;
    case 'unknown':
      return b.kind === 'unknown' && isSameUnknown(a, b);
    case 'all':
    case 'any':
      return false;
  }
}
