import type { AnswerCase } from '../../firewall/proof/evaluate.ts';
import type { ToldCondition } from '../../firewall/proof/told-condition.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
import { decidingRules, ruleRef } from './deciding-rule.ts';

/** A case of an answer as a report holds it. */
export interface CaseSummary {
  readonly conditions: readonly ToldCondition[];
  readonly result: 'allowed' | 'blocked' | 'undecided';
  readonly rules: readonly RuleRef[];
}

/** The cases, those that differ in nothing but the name of an interface as one. */
export function summarizeCases(cases: readonly AnswerCase[]): readonly CaseSummary[] {
  const found: CaseSummary[] = [];
  for (const { conditions, fate, trace } of cases) {
    const result = fate === 'depends' ? 'undecided' : fate;
    const one = { conditions, result, rules: decidingRules(trace, result).map(ruleRef) };
    const at = found.findIndex((other) => isAlike(other, one));
    const known = found[at];
    if (known === undefined) found.push(one);
    else found[at] = { ...known, conditions: joined(known.conditions, one.conditions) };
  }
  return found;
}

function isAlike(a: CaseSummary, b: CaseSummary): boolean {
  return (
    a.result === b.result &&
    JSON.stringify(a.rules) === JSON.stringify(b.rules) &&
    joined(a.conditions, b.conditions).length > 0
  );
}

/** The conditions of both where they differ in the names of one interface; else none. */
function joined(a: readonly ToldCondition[], b: readonly ToldCondition[]): readonly ToldCondition[] {
  if (a.length !== b.length) return [];
  const different = a.flatMap((condition, at) =>
    JSON.stringify(condition) === JSON.stringify(b[at]) ? [] : [at],
  );
  const [at = -1, ...more] = different;
  const [one, other] = [a[at], b[at]];
  if (more.length > 0 || one?.kind !== 'interface' || other?.kind !== 'interface') return [];
  if (one.way !== other.way) return [];
  // Every other interface says nothing about those that have a name.
  const isAny = one.names.length === 0 || other.names.length === 0;
  return a.with(at, { ...one, names: isAny ? [] : [...one.names, ...other.names] });
}
