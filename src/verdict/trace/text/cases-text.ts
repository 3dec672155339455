import type { CaseCondition } from '../../../firewall/proof/cases/case-condition.ts';
import { faresAlike, isOther, isOtherwise, type CaseSummary } from '../summarize-cases.ts';
import { conditionsText, placeWithPolicy } from './condition-text.ts';
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
  const texts =
    told.some(isLong) && told.length > 2 ? inOrder(cases, withFile) : separately(told, cases, withFile);
  if (isWhole || texts.length <= MAX_SHOWN) return texts.join(' · ');
  return [...texts.slice(0, MAX_SHOWN - 1), `${texts.length - MAX_SHOWN + 1} more cases`].join(' · ');
}

function isLong({ conditions }: CaseSummary): boolean {
  return conditions.filter(({ kind }) => kind === 'test').length > 1;
}

function separately(
  told: readonly CaseSummary[],
  cases: readonly CaseSummary[],
  withFile: boolean,
): readonly string[] {
  return told.map((one) => `${conditionsText(one.conditions, withFile, cases)}: ${fateText(one, withFile)}`);
}

/** Each case without the conditions that only keep it apart from those before it; by any other interface comes last. */
function inOrder(cases: readonly CaseSummary[], withFile: boolean): readonly string[] {
  const isLast = ({ conditions }: CaseSummary): boolean => conditions.some(isOther);
  const ordered = [...cases.filter((one) => !isLast(one)), ...cases.filter(isLast)];
  return ordered.map((one, at) => {
    const conditions = one.conditions.filter(
      (condition) => !isTold(condition, one.conditions, ordered.slice(at)),
    );
    const text = conditionsText(conditions, withFile, cases);
    const when = text === '' || text === 'otherwise' ? 'else' : at === 0 ? text : `else ${text}`;
    return `${when}: ${fateText(one, withFile)}`;
  });
}

/** Were it otherwise, the packet would be of an earlier case: of none of these that follow. */
function isTold(
  condition: CaseCondition,
  conditions: readonly CaseCondition[],
  following: readonly CaseSummary[],
): boolean {
  const others = conditions.filter((one) => one !== condition);
  if (condition.kind === 'test') {
    const opposite = [...others, { ...condition, holds: !condition.holds }];
    return following.every((one) => contradict(opposite, one.conditions));
  }
  // By any interface that has a name here.
  return (
    isOther(condition) &&
    following.every(
      (one) =>
        contradict(others, one.conditions) ||
        one.conditions.some((each) => isOther(each) && each.way === condition.way),
    )
  );
}

function contradict(some: readonly CaseCondition[], others: readonly CaseCondition[]): boolean {
  return some.some((one) => others.some((other) => excludes(one, other)));
}

/** Whether no packet meets both; where that is not known, one may. */
function excludes(one: CaseCondition, other: CaseCondition): boolean {
  switch (one.kind) {
    case 'test':
      return other.kind === 'test' && one.holds !== other.holds && isSameTest(one, other);
    case 'interface': {
      if (other.kind !== 'interface' || one.way !== other.way) return false;
      const areNamed = one.names.length > 0 && other.names.length > 0;
      return areNamed && !one.names.some((name) => other.names.includes(name));
    }
    case 'source-port':
      return other.kind === 'source-port' && (one.to < other.from || other.to < one.from);
    case 'opening':
      return other.kind === 'opening' && one.opening !== other.opening;
    case 'profile':
      return other.kind === 'profile' && !one.names.some((name) => other.names.includes(name));
  }
}

type TestCondition = Extract<CaseCondition, { kind: 'test' }>;

/** The same text may be about another packet of the connection: of that nothing is known. */
function isSameTest(one: TestCondition, other: TestCondition): boolean {
  return (
    JSON.stringify({ ...one, holds: true, isPlain: null }) ===
    JSON.stringify({ ...other, holds: true, isPlain: null })
  );
}

function fateText({ result, rules, reasons = [] }: CaseSummary, withFile: boolean): string {
  const places = rules.map((rule) => placeWithPolicy(rule, withFile)).join(', then ');
  const told = [places, reasonsText(reasons)].filter((text) => text !== '').join(': ');
  return `${result}${told === '' ? '' : ` (${told})`}`;
}
