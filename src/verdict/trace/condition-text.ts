import type { ToldCondition } from '../../firewall/proof/told-condition.ts';
import type { CaseSummary } from './summarize-cases.ts';
import { listed } from '../findings/at.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';

/** What holds in a case: `in by eth1`, `above the limit of line 8`; `otherwise` where only the other cases have names. */
export function conditionsText(conditions: readonly ToldCondition[], withFile = false): string {
  if (conditions.length > 0 && conditions.every(isOther)) return 'otherwise';
  const texts = withoutOtherPrograms(conditions)
    .filter((one) => !isEvery(one))
    .map((condition) => conditionText(condition, withFile));
  const others = conditions.filter((condition) => isProgram(condition, false));
  const isNone = others.length > 1 && !conditions.some((condition) => isProgram(condition, true));
  return [...texts, ...(isNone ? ['if the listener is none of these programs'] : [])].join(' and ');
}

/** Whatever the network profile is. */
function isEvery(condition: ToldCondition): boolean {
  return condition.kind === 'profile' && condition.names.length === 3;
}

/** One that listens is no other; and of several that do not, the other cases name each. */
function withoutOtherPrograms(conditions: readonly ToldCondition[]): readonly ToldCondition[] {
  const others = conditions.filter((condition) => isProgram(condition, false));
  const isTold = others.length === 1 && !conditions.some((condition) => isProgram(condition, true));
  return isTold ? conditions : conditions.filter((condition) => !isProgram(condition, false));
}

function isProgram(condition: ToldCondition, holds: boolean): boolean {
  return (
    condition.kind === 'test' && condition.reason?.code === 'listener-program' && condition.holds === holds
  );
}

function isOther(condition: ToldCondition): boolean {
  return condition.kind === 'interface' && condition.names.length === 0;
}

function conditionText(condition: ToldCondition, withFile: boolean): string {
  switch (condition.kind) {
    case 'interface': {
      const { way, names } = condition;
      return `${way} by ${names.length === 0 ? 'another interface' : names.join(' or ')}`;
    }
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

type TestCondition = Extract<ToldCondition, { kind: 'test' }>;

function testText(
  { dimension, holds, isPlain, reason, rule, text }: TestCondition,
  withFile: boolean,
): string {
  const not = holds ? '' : 'not ';
  if (reason?.code === 'listener-program') return `if the listener is ${not}${reason.program}`;
  if (reason?.code === 'listener-service') return `if the listener is ${not}service ${reason.service}`;
  const place = rule === null ? text : placeOf(rule, withFile);
  switch (dimension) {
    case 'rate':
      if (isPlain !== null) return `${isPlain ? 'within' : 'above'} the limit of ${place}`;
      break;
    case 'list':
      if (isPlain !== null) return `${isPlain ? 'not ' : ''}on the list of ${place}`;
      break;
    case 'clock':
      return `${holds ? 'at' : 'outside'} the time of ${place}`;
    default:
  }
  return `where ${place} ${holds ? 'matches' : 'does not match'}`;
}

/** `in by eth1: allowed (line 7)` */
export function caseText(
  { conditions, result, rules }: Pick<CaseSummary, 'conditions' | 'result' | 'rules'>,
  withFile: boolean,
): string {
  const places = rules.map((rule) => placeWithPolicy(rule, withFile));
  const by = places.length === 0 ? '' : ` (${places.join(', then ')})`;
  return `${conditionsText(conditions, withFile)}: ${result}${by}`;
}

/** `policy, line 2` */
export function placeWithPolicy(rule: RuleRef, withFile: boolean): string {
  return `${rule.kind === 'policy' && rule.line > 0 ? 'policy, ' : ''}${placeOf(rule, withFile)}`;
}

/** What a plain first connection relies on: `the limit of line 8 is not exceeded`. */
export function reliedText({ dimension, rule, text }: TestCondition, withFile: boolean): string {
  const place = rule === null ? text : placeOf(rule, withFile);
  switch (dimension) {
    case 'rate':
      return `the limit of ${place} is not exceeded`;
    case 'list':
      return `the address is not on the list of ${place}`;
    default:
      return `the packet has the default header that ${place} tests`;
  }
}

/** `line 8`, or in JSON, which has no lines to speak of, `handle 7`. */
export function placeOf({ kind, file, line, chain, handle }: RuleRef, withFile: boolean): string {
  if (handle !== null) return `${withFile ? `${file} ` : ''}chain ${chain} handle ${handle}`;
  if (line === 0) return kind === 'policy' ? 'default' : chain;
  return withFile ? `${file}:${line}` : `line ${line}`;
}
