import type { Rule } from '../model/ruleset.ts';

/**
 * Of the rules that a packet may or may not match, in the order it meets them, as few as still leave open what becomes of
 * it: all others can be taken away. `isOpenWithout` decides anew.
 */
export function minimalUndecidedRules(
  open: readonly Rule[],
  isOpenWithout: (skipped: ReadonlySet<Rule>) => boolean,
): ReadonlySet<Rule> {
  const rules = [...new Set(open)];
  const skipped = new Set(rules.slice(MAX));
  if (rules.length < 2) return new Set(rules);
  // So many that each cannot be tried: then the first is as good as any.
  if (!isOpenWithout(skipped)) return new Set(skipped.size === 0 ? [] : rules);
  // The last ones first, so that the earliest stays where any one of several would do.
  for (const rule of rules.slice(0, MAX).reverse()) {
    skipped.add(rule);
    if (!isOpenWithout(skipped)) skipped.delete(rule);
  }
  return new Set(rules.filter((rule) => !skipped.has(rule)));
}

/** Each takes a run of its own. */
const MAX = 6;
