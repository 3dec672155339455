import type { CaseCondition } from '../../../firewall/proof/cases/case-condition.ts';
import type { RuleRef } from '../../../firewall/model/rule-ref.ts';
import { contradict, isOther, isSameRule, opposite } from '../conditions.ts';
import { faresAlike, isOtherwise, type CaseSummary } from '../summarize-cases.ts';
import { conditionsText, placeOf, placeWithPolicy } from './condition-text.ts';
import { reasonsText } from './reason-text.ts';

/** How cases are told. */
export interface CasesTold {
  /** Places name the file. */
  readonly withFile: boolean;
  /** Every case; else no more than a person reads. */
  readonly isWhole?: boolean;
}

/** A longer list of cases is cut; JSON has all of them, and so has a table with --verbose. */
const MAX_SHOWN = 6;

/**
 * `in by eth1: allowed (line 7) · otherwise: blocked (policy, line 2)`, where cases that fare as all others are among these. Many cases
 * are told in order, each for what the ones before it left: `where line 8 matches: blocked (line 8) · else: allowed (line 12)`.
 */
export function casesText(cases: readonly CaseSummary[], { withFile, isWhole = false }: CasesTold): string {
  const rest = cases.find(isOtherwise);
  const distinct = cases.filter((one) => one === rest || rest === undefined || !faresAlike(one, rest));
  const told = distinct.length < 2 ? cases : distinct;
  const all = told.some(isLong) && told.length > 2 ? inOrder(cases, withFile) : separately(told, withFile);
  const texts = [...new Set(all)];
  if (isWhole || texts.length <= MAX_SHOWN) return texts.join(' · ');
  return [...texts.slice(0, MAX_SHOWN - 1), `${texts.length - MAX_SHOWN + 1} more cases`].join(' · ');
}

function isLong({ conditions }: CaseSummary): boolean {
  return conditions.filter(({ kind }) => kind === 'test').length > 1;
}

function separately(told: readonly CaseSummary[], withFile: boolean): readonly string[] {
  return told.map((one) => `${whenText(one, withFile)}: ${fateText(one, withFile)}`);
}

/** `in by eth0 from port 53` */
function whenText({ conditions, sourcePort }: CaseSummary, withFile: boolean): string {
  const port = sourcePort === undefined ? '' : `from port ${sourcePort}`;
  return [conditionsText(conditions, withFile), port].filter((part) => part !== '').join(' ');
}

/** Each case without the conditions that only keep it apart from those before it; by any other interface comes last. */
function inOrder(cases: readonly CaseSummary[], withFile: boolean): readonly string[] {
  const isLast = ({ conditions }: CaseSummary): boolean => conditions.some(isOther);
  const ordered = [...cases.filter((one) => !isLast(one)), ...cases.filter(isLast)];
  const told = ordered.map((one, at) => {
    const conditions = one.conditions.filter(
      (condition) => !isTold(condition, one.conditions, ordered.slice(at)),
    );
    const text = whenText({ ...one, conditions }, withFile);
    return { when: text.replace(/^otherwise ?/, ''), fate: fateText({ ...one, conditions }, withFile) };
  });
  // Which of its tests keeps a rule from matching makes no other case.
  const isNew = ({ when, fate }: (typeof told)[number], at: number): boolean =>
    told.findIndex((other) => other.when === when && other.fate === fate) === at;
  return told.filter(isNew).map(({ when, fate }, at) => {
    const lead = when === '' ? 'else' : at === 0 ? when : `else ${when}`;
    return `${lead}: ${fate}`;
  });
}

/** Were it otherwise, the packet would be of an earlier case: of none of these that follow. */
function isTold(
  condition: CaseCondition,
  conditions: readonly CaseCondition[],
  following: readonly CaseSummary[],
): boolean {
  const otherwise = opposite(condition);
  if (otherwise === null) return false;
  const others = conditions.map((one) => (one === condition ? otherwise : one));
  return following.every((one) => contradict(others, one.conditions));
}

/** The rule that decides is named with the condition where that is its match. */
function fateText({ conditions, result, rules, reasons = [] }: CaseSummary, withFile: boolean): string {
  const [only, ...more] = rules;
  const isNamed =
    more.length === 0 &&
    only !== undefined &&
    conditions.some((one) => isMatchOf(one, only) && namesPlaceOf(one, only, withFile));
  const places = (isNamed ? [] : rules).map((rule) => placeWithPolicy(rule, withFile)).join(', then ');
  const told = [places, reasonsText(reasons)].filter((text) => text !== '').join(': ');
  return `${result}${told === '' ? '' : ` (${told})`}`;
}

/** Some conditions are told in words of their own, which leave the rule out. */
function namesPlaceOf(condition: CaseCondition, rule: RuleRef, withFile: boolean): boolean {
  return conditionsText([condition], withFile).includes(placeOf(rule, withFile));
}

function isMatchOf(condition: CaseCondition, rule: RuleRef): boolean {
  return condition.kind === 'test' && condition.ruleMatches === true && isSameRule(condition.rule, rule);
}
