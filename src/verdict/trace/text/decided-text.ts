import type { DecidedBy } from '../decided-by.ts';
import { addressesText } from './count-text.ts';
import { onlyOfAll, onlyText } from './only-text.ts';
import { placeWithPolicy } from './condition-text.ts';
import { ruleLabel } from '../rule-label.ts';
import type { RuleRef } from '../../../firewall/model/rule-ref.ts';

/** More clauses than these in one sentence nobody reads. */
const SHOWN = 3;

/** The rules that decide about those who fare so, a clause each: the rule alone where it decides for all, else with how many addresses it takes. */
export function decidedClauses(
  decided: readonly DecidedBy[],
  label: RuleText = ruleLabel,
): readonly string[] {
  return clausesOf(decided, { label, numbers: 'said' });
}

/** The rule of the other result that takes most: `allowed by line 3 (256 addresses)`; null where nobody fares otherwise. */
export function otherClause(others: readonly DecidedBy[], label: RuleText = ruleLabel): string | null {
  return otherOf(others, { label, numbers: 'said' });
}

/** Both in one line, the rules by their places alone: `policy, line 2 (65,535) · line 6 (1) · allowed by line 3 (256)`. */
export function decidedPlaces(
  decided: readonly DecidedBy[],
  others: readonly DecidedBy[],
  { withFile, isCounted }: { readonly withFile: boolean; readonly isCounted: boolean },
): string {
  const label = (rule: RuleRef): string => placeWithPolicy(rule, withFile);
  const wording = { label, numbers: isCounted ? 'alone' : 'none' } as const;
  const other = otherOf(others, wording);
  return [...clausesOf(decided, wording, other !== null), ...(other === null ? [] : [other])].join(' · ');
}

type RuleText = (rule: RuleRef) => string;

interface Wording {
  readonly label: RuleText;
  /** How many addresses each takes: said so, as the number alone, or not at all. */
  readonly numbers: 'said' | 'alone' | 'none';
}

/** @param isCompared others fare otherwise: the number it decides for is given for a single rule as well */
function clausesOf(decided: readonly DecidedBy[], wording: Wording, isCompared = false): readonly string[] {
  const { label } = wording;
  const [only, second] = decided;
  if (only === undefined) return [];
  if (second === undefined && !isCompared) return only.rules.length === 0 ? [] : [namesOf(only, label)];
  const isAlike = onlyOfAll(decided) !== null;
  const named = (one: DecidedBy, ...more: readonly string[]): string => {
    const all = [...more, ...(one.only === undefined || isAlike ? [] : [onlyText(one.only)])].filter(Boolean);
    return `${namesOf(one, label)}${bracketed(all.join(', '))}`;
  };
  const families = familyOfEach(decided);
  if (families !== null) return decided.map((one, at) => named(one, families[at] ?? ''));
  const { shown, rest } = cut(decided);
  const clauses = shown.map((one) => named(one, numberOf(one.addresses, wording)));
  return rest === null
    ? clauses
    : [...clauses, `${rest.more} other rules${bracketed(numberOf(rest.addresses, wording))}`];
}

function otherOf([largest, second]: readonly DecidedBy[], wording: Wording): string | null {
  if (largest === undefined) return null;
  const more = second === undefined ? '' : ' and others';
  const names = namesOf(largest, wording.label);
  return `${largest.result} by ${names}${bracketed(numberOf(largest.addresses, wording))}${more}`;
}

function numberOf(addresses: DecidedBy['addresses'], { numbers }: Wording): string {
  return numbers === 'none' ? '' : addressesText(addresses, numbers === 'alone');
}

function bracketed(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

function namesOf({ rules, more }: DecidedBy, label: (rule: RuleRef) => string): string {
  if (more > 0) return `${more} other rules`;
  return rules.length === 0 ? 'no rule' : rules.map(label).join(', then ');
}

/** Where each decides for all of one family: which. */
function familyOfEach(decided: readonly DecidedBy[]): readonly string[] | null {
  if (decided.length !== 2) return null;
  const families = decided.map(({ addresses: { ipv4, ipv6 } }) =>
    ipv6 === '0' ? 'IPv4' : ipv4 === '0' ? 'IPv6' : '',
  );
  return new Set(families).size === 2 && !families.includes('') ? families : null;
}

function cut(decided: readonly DecidedBy[]): {
  readonly shown: readonly DecidedBy[];
  readonly rest: Pick<DecidedBy, 'addresses' | 'more'> | null;
} {
  if (decided.length <= SHOWN) return { shown: decided, rest: null };
  const shown = decided.slice(0, SHOWN - 1);
  const others = decided.slice(shown.length);
  const sum = (family: 'ipv4' | 'ipv6'): string =>
    others.reduce((all, { addresses }) => all + BigInt(addresses[family]), 0n).toString();
  const more = others.reduce((all, one) => all + Math.max(1, one.more), 0);
  return { shown, rest: { addresses: { ipv4: sum('ipv4'), ipv6: sum('ipv6') }, more } };
}
