import type { AnswerCase } from '../../firewall/proof/evaluate.ts';
import type { CaseCondition } from '../../firewall/proof/cases/case-condition.ts';
import type { Reason } from '../../firewall/model/reason.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
import { isOther, joined, wherever } from './conditions.ts';
import { decidingEntry, decidingRules, ruleRef, whyOpen } from './deciding-rule.ts';

/** A case of an answer as a report holds it. */
export interface CaseSummary {
  readonly conditions: readonly CaseCondition[];
  readonly result: 'allowed' | 'blocked' | 'undecided';
  readonly rules: readonly RuleRef[];
  /** Packets have to come from it to fare so; left out where any of a usual client will do. */
  readonly sourcePort?: number | undefined;
  /** Why it is undecided, where its rule tells. */
  readonly reasons?: readonly Reason[] | undefined;
}

/** The cases, those that differ in nothing but an interface, a network profile or a test that makes no difference as one. */
export function summarizeCases(cases: readonly AnswerCase[]): readonly CaseSummary[] {
  return joinAlike(
    cases.map(({ conditions, fate, sourcePort, trace }) => {
      const result = fate === 'depends' ? 'undecided' : fate;
      const entry = result === 'undecided' ? decidingEntry(trace, result) : null;
      const reasons = entry === null ? [] : whyOpen(entry, 'undecided');
      return {
        ...{ conditions, result, rules: decidingRules(trace, result).map(ruleRef) },
        ...(sourcePort === null ? {} : { sourcePort }),
        ...(reasons.length === 0 ? {} : { reasons }),
      };
    }),
  );
}

/** Whatever the other cases do not name. */
export function isOtherwise({ conditions }: Pick<CaseSummary, 'conditions'>): boolean {
  return conditions.length > 0 && conditions.every(isOther);
}

/**
 * The first of those that are alike, with the conditions of all; until nothing is alike any more. What is shown as `otherwise` comes
 * last.
 */
export function joinAlike<T extends CaseSummary>(cases: readonly T[]): readonly T[] {
  const found: { one: T; readonly faring: string }[] = [];
  for (const one of cases) {
    const faring = faringOf(one);
    const known = found.find(
      (other) => other.faring === faring && joined(other.one.conditions, one.conditions) !== null,
    );
    if (known === undefined) found.push({ one, faring });
    else {
      const conditions = joined(known.one.conditions, one.conditions) ?? known.one.conditions;
      known.one = { ...known.one, conditions };
    }
  }
  const all = found.map(({ one }) => one);
  if (all.length < cases.length) return joinAlike(all);
  return [...all.filter((one) => !isOtherwise(one)), ...all.filter(isOtherwise)];
}

/** With one result by the same rules, from the same port. */
export function faresAlike(a: CaseSummary, b: CaseSummary): boolean {
  return faringOf(a) === faringOf(b);
}

function faringOf({ result, rules, sourcePort }: CaseSummary): string {
  return JSON.stringify([result, rules.map(wherever), sourcePort ?? null]);
}
