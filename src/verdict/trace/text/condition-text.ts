import type { CaseCondition } from '../../../firewall/proof/cases/case-condition.ts';
import { isOther, isSameRule } from '../conditions.ts';
import { isOtherwise } from '../summarize-cases.ts';
import { programsText } from './programs-text.ts';
import { listed } from '../../findings/at.ts';
import type { RuleRef } from '../../../firewall/model/rule-ref.ts';

/** What holds in a case: `in by eth1`, `above the limit of line 8`; `otherwise` where only the other cases have names. */
export function conditionsText(conditions: readonly CaseCondition[], withFile = false): string {
  if (isOtherwise({ conditions })) return 'otherwise';
  const texts = oncePerRule(withoutOtherPrograms(conditions))
    .filter((one) => !isEvery(one))
    .map((condition) => conditionText(condition, withFile));
  const others = conditions.filter((condition) => isProgram(condition, false));
  const isNone = others.length > 1 && !conditions.some((condition) => isProgram(condition, true));
  return [...new Set(texts), ...(isNone ? ['if the listener is none of these programs'] : [])].join(' and ');
}

/** Of a rule that does not match, the tests that would let it match tell nothing. */
function oncePerRule(conditions: readonly CaseCondition[]): readonly CaseCondition[] {
  const isOfOne = (one: CaseCondition, other: CaseCondition): boolean =>
    one.kind === 'test' &&
    other.kind === 'test' &&
    one.packet === other.packet &&
    isSameRule(one.rule, other.rule);
  const isOut = (one: CaseCondition): boolean => one.kind === 'test' && one.ruleMatches === false;
  return conditions.filter(
    (one) =>
      one.kind !== 'test' ||
      one.ruleMatches !== undefined ||
      !conditions.some((other) => isOut(other) && isOfOne(one, other)),
  );
}

/** Whatever the network profile is. */
function isEvery(condition: CaseCondition): boolean {
  return condition.kind === 'profile' && condition.names.length === 3;
}

/** One that listens is no other; and of several that do not, the other cases name each. */
function withoutOtherPrograms(conditions: readonly CaseCondition[]): readonly CaseCondition[] {
  const others = conditions.filter((condition) => isProgram(condition, false));
  const isNamed = others.length === 1 && !conditions.some((condition) => isProgram(condition, true));
  return isNamed ? conditions : conditions.filter((condition) => !isProgram(condition, false));
}

function isProgram(condition: CaseCondition, holds: boolean): boolean {
  return (
    condition.kind === 'test' && condition.reason?.code === 'listener-program' && condition.holds === holds
  );
}

function conditionText(condition: CaseCondition, withFile: boolean): string {
  switch (condition.kind) {
    case 'interface':
      return isOther(condition)
        ? `${condition.way} by ${condition.except.length === 0 ? 'another interface' : `any interface but ${condition.except.join(' or ')}`}`
        : `${condition.way} by ${condition.names.join(' or ')}`;
    case 'source-port':
      return `from source ports ${condition.from}-${condition.to}`;
    case 'opening':
      return OPENINGS[condition.opening];
    case 'profile':
      return profileText(condition.names);
    case 'test':
      return testText(condition, withFile);
  }
}

function profileText(names: readonly string[]): string {
  return names.length === 1 ? `in the ${listed(names)} profile` : `in the ${listed(names)} profiles`;
}

const OPENINGS = {
  plain: 'opened by a plain SYN',
  ecn: 'opened with ECN',
  odd: 'opened with flags or headers that the sender chooses',
} as const;

type TestCondition = Extract<CaseCondition, { kind: 'test' }>;

function testText(
  { dimension, holds, isPlain, reason, rule, text, packet, ruleMatches }: TestCondition,
  withFile: boolean,
): string {
  const not = holds ? '' : 'not ';
  if (reason?.code === 'listener-program') return `if the listener is ${not}${programsText(reason)}`;
  if (reason?.code === 'listener-service') return `if the listener is ${not}service ${reason.service}`;
  if (reason?.code === 'vlan-tag') return `where frames carry ${holds ? 'no' : 'a'} VLAN tag`;
  if (reason?.code === 'forwarding')
    return `if the machine ${holds ? 'forwards' : 'does not forward'} packets`;
  if (reason?.code === 'answers-pass')
    return `if answers ${holds ? 'come back through' : 'go past'} this machine`;
  if (reason?.code === 'listening-port')
    return `if ${holds ? 'a' : 'no'} server listens on port ${reason.port}`;
  const place = rule === null ? text : placeOf(rule, withFile);
  if (reason?.code === 'interface-kind')
    return `where the interface is ${(ruleMatches ?? holds) ? '' : 'not '}one that ${place} names`;
  switch (dimension) {
    case 'rate':
      if (isPlain !== null) return `${isPlain ? 'within' : 'above'} the limit of ${place}`;
      break;
    case 'list':
      if (reason?.code === 'expiring-elements') return `${not}on the list of ${place}`;
      if (isPlain !== null) return `${isPlain ? 'not ' : ''}on the list of ${place}`;
      break;
    case 'clock':
      return `${(ruleMatches ?? holds) ? 'at' : 'outside'} the time of ${place}`;
    default:
  }
  const what = packet === undefined ? '' : ` ${PACKETS[packet]}`;
  if (ruleMatches !== undefined) return `where ${place} ${ruleMatches ? 'matches' : 'does not match'}${what}`;
  const shown = rule === null ? text : `${shortened(text)} (${place})`;
  return `where ${shown} ${holds ? 'holds' : 'does not hold'}${what === '' ? '' : ` for${what}`}`;
}

const PACKETS = {
  reply: 'the answer',
  later: 'later packets',
  'later-reply': 'later answers',
} as const;

/** The first words of a test tell which of its rule it is. */
function shortened(text: string): string {
  return text.length <= MAX_TEST ? text : `${text.slice(0, MAX_TEST - 1)}…`;
}

const MAX_TEST = 40;

/** `policy, line 2` */
export function placeWithPolicy(rule: RuleRef, withFile: boolean): string {
  return `${rule.kind === 'policy' && rule.line > 0 ? 'policy, ' : ''}${placeOf(rule, withFile)}`;
}

/** `line 8`, or in JSON, which has no lines to speak of, `handle 7`. */
export function placeOf({ kind, file, line, chain, handle }: RuleRef, withFile: boolean): string {
  if (handle !== null) return `${withFile ? `${file} ` : ''}chain ${chain} handle ${handle}`;
  if (line === 0) return kind === 'policy' ? 'default' : chain;
  return withFile ? `${file}:${line}` : `line ${line}`;
}
