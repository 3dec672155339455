import type { Assumption } from '../../../model/assumptions.ts';
import { unknown, type Match } from '../../../model/match.ts';
import type { WindowsRule } from '../policy/rule.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { isKernel, isOfWindows, isSameProgram } from './program-path.ts';

/** Taken for granted where nobody said what listens. */
export const ORDINARY_PROGRAM: Assumption = {
  text: 'the listener is an ordinary program: no Windows component, no service, no app package (else give --program, --service)',
};

const NO_SERVICE: Assumption = { text: 'the listener is not a service or app package (else give --service)' };

type Scope = Pick<WindowsRule, 'program' | 'service' | 'package'>;
type Known = Pick<WindowsCircumstances, 'program' | 'service'>;

/** Which programs a rule speaks of, as tests: none where it speaks of all, false for another one than the listener. */
export function scopeTests(rule: Scope, known: Known): readonly Match[] {
  const tests: Match[] = [];
  const setAside: Match = {
    kind: 'assumed',
    holds: false,
    assumption: known.program === null && known.service === null ? ORDINARY_PROGRAM : NO_SERVICE,
  };
  const { program, service } = rule;
  if (rule.package !== null) tests.push(setAside);
  if (service !== null) tests.push(...serviceTests(service, known, setAside));
  if (program === null || program === '') return tests;
  if (known.program !== null) {
    const isSame = isSameProgram(program, known.program);
    if (isSame === false) return [NEVER];
    return isSame ? tests : [...tests, openProgram(program)];
  }
  // Of a service whose program nobody named, any program may be its own.
  if (known.service !== null) return [...tests, openProgram(program)];
  if (isKernel(program) || isOfWindows(program)) return [...tests, setAside];
  return [...tests, openProgram(program)];
}

/** Whether the rule speaks of other programs than an ordinary one that nobody named. */
export function isForOthers(rule: Scope): boolean {
  const { program, service } = rule;
  return (
    rule.package !== null ||
    service !== null ||
    (program !== null && (isKernel(program) || isOfWindows(program)))
  );
}

/** Matches nothing. */
export const NEVER: Match = { kind: 'any', of: [] };

function openProgram(program: string): Match {
  return unknown(`program ${program}`, { code: 'listener-program', program });
}

function serviceTests(service: string, known: Known, setAside: Match): readonly Match[] {
  if (known.service === null) return [setAside];
  if (known.service.toLowerCase() === 'unknown')
    return [unknown(`service ${service}`, { code: 'listener-service', service })];
  return service === '*' || service.toLowerCase() === known.service.toLowerCase() ? [] : [NEVER];
}
