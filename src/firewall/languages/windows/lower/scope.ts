import type { Assumption } from '../../../model/assumptions.ts';
import { unknown, type Match } from '../../../model/match.ts';
import type { WindowsRule } from '../policy/rule.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { isKernel, isOfWindows, isPlainPath, isSameProgram, isServiceHost } from './program-path.ts';

/** Taken for granted where nobody said what listens. */
export const ORDINARY_PROGRAM: Assumption = {
  text: 'the listener is an ordinary program: no Windows component, no service, no app package (else give --program, --service)',
};

const NO_SERVICE: Assumption = { text: 'the listener is not a service or app package (else give --service)' };

type Scope = Pick<WindowsRule, 'program' | 'service' | 'package'>;
type Known = Pick<
  WindowsCircumstances,
  'program' | 'service' | 'isServiceKnown' | 'isProgramUnread' | 'alike'
>;

/** Which programs a rule speaks of, as tests: none where it speaks of all, false for another one than the listener. */
export function scopeTests(rule: Scope, known: Known): readonly Match[] {
  const ofProgram = rule.program === null || rule.program === '' ? [] : programTests(rule.program, known);
  if (ofProgram.includes(NEVER)) return [NEVER];
  return [
    ...(rule.package === null ? [] : [packageTest(rule.package, known)]),
    ...(rule.service === null ? [] : serviceTests(rule.service, rule, known)),
    ...ofProgram,
  ];
}

type LeftOutBy = Assumption | null | 'counts';

/**
 * What leaves a rule out where it speaks of other programs than the listener: an assumption, null where that is known; else `counts`.
 * Hundreds of rules speak of the same few.
 */
export function whoeverLeavesOut(known: Known): (rule: Scope) => LeftOutBy {
  const found = new Map<string, LeftOutBy>();
  return (rule) => {
    const { program, service, package: of } = rule;
    if (program === null && service === null && of === null) return 'counts';
    const scope = `${program ?? '|'}|${service ?? '|'}|${of === null}`;
    const before = found.get(scope);
    if (before !== undefined) return before;
    const by = leftOutBy(rule, known);
    found.set(scope, by);
    return by;
  };
}

function leftOutBy(rule: Scope, known: Known): LeftOutBy {
  const tests = scopeTests(rule, known);
  if (tests.includes(NEVER)) return null;
  const aside = tests.find((test) => test.kind === 'assumed');
  return aside?.kind === 'assumed' ? aside.assumption : 'counts';
}

function packageTest(name: string, known: Known): Match {
  if (known.program === null || !IN_APP_PACKAGE.test(known.program)) return setAside(known);
  // Which package it is of, its folder names in another way than the rule does.
  const program = `the app package ${name}`;
  return unknown(program, { code: 'listener-program', program });
}

/** Where Windows keeps app packages. */
const IN_APP_PACKAGE = /\\(?:windowsapps|systemapps)\\/i;

function setAside({ program, service, isProgramUnread }: Known): Match {
  if (isProgramUnread === true) return UNREAD;
  const assumption = program === null && service === null ? ORDINARY_PROGRAM : NO_SERVICE;
  return { kind: 'assumed', holds: false, assumption };
}

/** The rule may be for the program that listens, which nobody could read. */
const UNREAD = unknown('the program that listens', { code: 'listener-unread' });

function programTests(program: string, known: Known): readonly Match[] {
  if (known.isProgramUnread === true) {
    // The kernel is known by the number of its process.
    if (isKernel(program)) return [NEVER];
    if (isOfWindows(program)) return [UNREAD];
  }
  if (known.program !== null) {
    const isSame = isSameProgram(program, known.program);
    if (isSame === false) return [NEVER];
    return isSame ? [] : [openProgram(program, known)];
  }
  // Of a service whose program nobody named, any program may be its own.
  if (known.service !== null) return [openProgram(program, known)];
  return [isNeverOrdinary(program) ? setAside(known) : openProgram(program, known)];
}

function serviceTests(service: string, { program }: Scope, known: Known): readonly Match[] {
  const open = (): Match => unknown(`service ${service}`, { code: 'listener-service', service });
  if (known.service !== null) {
    if (known.service.toLowerCase() === 'unknown') return [known.isProgramUnread === true ? UNREAD : open()];
    return service === '*' || service.toLowerCase() === known.service.toLowerCase() ? [] : [NEVER];
  }
  if (known.isServiceKnown === true) return [NEVER];
  // A rule for a service of the very program that listens shows that it may be one.
  const isOfListener = known.program !== null && (program !== null || isServiceHost(known.program));
  const isOfAnybody = known.program === null && program !== null && !isNeverOrdinary(program);
  return [isOfListener || isOfAnybody ? open() : setAside(known)];
}

function isNeverOrdinary(program: string): boolean {
  return isKernel(program) || isOfWindows(program);
}

/** Matches nothing. */
const NEVER: Match = { kind: 'any', of: [] };

function openProgram(named: string, { alike }: Known): Match {
  const [program = named, ...others] = alike?.get(named) ?? [];
  const reason = { code: 'listener-program', program, ...(others.length === 0 ? {} : { others }) } as const;
  return unknown(`program ${program}`, reason, isPlainPath(program) ? { oneOf: 'listener' } : undefined);
}
