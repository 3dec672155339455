import type { CaseCondition } from '../../firewall/proof/cases/case-condition.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';

// The conditions of a case hold all at once: which packets they are true of, as far as the conditions tell.

type Interface = Extract<CaseCondition, { kind: 'interface' }>;

type Test = Extract<CaseCondition, { kind: 'test' }>;

/** By any interface but some. */
export function isOther(condition: CaseCondition): boolean {
  return condition.kind === 'interface' && condition.names.length === 0;
}

/** Whether no packet meets all of both; where that is not known, one may. */
export function contradict(some: readonly CaseCondition[], others: readonly CaseCondition[]): boolean {
  return some.some((one) => others.some((other) => excludes(one, other)));
}

function excludes(one: CaseCondition, other: CaseCondition): boolean {
  switch (one.kind) {
    case 'test':
      return other.kind === 'test' && one.holds !== other.holds && isSameTest(one, other);
    case 'interface':
      return other.kind === 'interface' && one.way === other.way && areApart(one, other);
    case 'source-port':
      return other.kind === 'source-port' && (one.to < other.from || other.to < one.from);
    case 'opening':
      return other.kind === 'opening' && one.opening !== other.opening;
    case 'profile':
      return other.kind === 'profile' && !one.names.some((name) => other.names.includes(name));
  }
}

/** Of one rule, about one packet. */
function isSameTest(one: Test, other: Test): boolean {
  return textOf(anyhow(one)) === textOf(anyhow(other));
}

/** However it comes out. */
function anyhow(test: Test): Test {
  return { ...test, holds: true, isPlain: null, ruleMatches: undefined };
}

function areApart(one: Interface, other: Interface): boolean {
  if (isOther(one) && isOther(other)) return false;
  if (isOther(one)) return other.names.every((name) => one.except.includes(name));
  if (isOther(other)) return one.names.every((name) => other.except.includes(name));
  return one.names.every((name) => !other.names.some((each) => each === name || mayBe(name, each)));
}

/** A name and the beginning of names; two of one answer stand for different interfaces, `veth*` for those besides `veth1`. */
function mayBe(one: string, other: string): boolean {
  const begins = (pattern: string, name: string): boolean =>
    pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1));
  return begins(one, other) || begins(other, one);
}

/** What is true where this one is not, of those that have an opposite. */
export function opposite(condition: CaseCondition): CaseCondition | null {
  switch (condition.kind) {
    case 'test': {
      const { holds, isPlain } = condition;
      return {
        ...condition,
        holds: !holds,
        isPlain: isPlain === null ? null : !isPlain,
        ruleMatches: undefined,
      };
    }
    case 'interface':
      return { ...condition, names: condition.except, except: condition.names };
    default:
      return null;
  }
}

/**
 * The conditions of whatever meets those of one or of the other; null where no list of conditions says that. One does where they differ
 * in nothing, in one interface or profile, or in how one test comes out.
 */
export function joined(
  a: readonly CaseCondition[],
  b: readonly CaseCondition[],
): readonly CaseCondition[] | null {
  if (a.length !== b.length) return null;
  const different = a.flatMap((condition, at) => (textOf(condition) === textOf(b[at]) ? [] : [at]));
  const [at, ...more] = different;
  if (at === undefined) return a;
  const [one, other] = [a[at], b[at]];
  if (more.length > 0 || one === undefined || other === undefined) return null;
  if (one.kind === 'test' && other.kind === 'test') return excludes(one, other) ? a.toSpliced(at, 1) : null;
  if (one.kind === 'profile' && other.kind === 'profile')
    return a.with(at, { ...one, names: [...one.names, ...other.names] });
  if (one.kind !== 'interface' || other.kind !== 'interface' || one.way !== other.way) return null;
  const either = eitherInterface(one, other);
  if (either === null) return null;
  return isOther(either) && either.except.length === 0 ? a.toSpliced(at, 1) : a.with(at, either);
}

/** Null where the names that are left would say something else. */
function eitherInterface(one: Interface, other: Interface): Interface | null {
  if (!isOther(one) && isOther(other)) return eitherInterface(other, one);
  if (!isOther(one)) return { ...one, names: [...new Set([...one.names, ...other.names])] };
  const isKept = (name: string): boolean =>
    isOther(other) ? other.except.includes(name) : !other.names.includes(name);
  const [kept, gone] = [one.except.filter(isKept), one.except.filter((name) => !isKept(name))];
  if (kept.some((name) => gone.some((each) => mayBe(name, each)))) return null;
  return { ...one, except: kept };
}

function textOf(condition: CaseCondition | null | undefined): string {
  if (condition?.kind !== 'test' || condition.rule === null) return JSON.stringify(condition);
  return JSON.stringify({ ...condition, rule: wherever(condition.rule) });
}

/** One rule may be in the lists of several profiles. */
export function wherever({ kind, file, line, family, table, handle, text }: RuleRef): Omit<RuleRef, 'chain'> {
  return { kind, file, line, family, table, handle, text };
}

export function isSameRule(one: RuleRef | null, other: RuleRef | null): boolean {
  return one !== null && other !== null && JSON.stringify(wherever(one)) === JSON.stringify(wherever(other));
}
