import { holds, type IntervalSet } from '../../net/interval-set.ts';
import type { Case } from './case.ts';
import type { Notes } from './test-match.ts';

/** A part of a case; unusual are the source ports clients do not use. */
export interface CasePart {
  readonly case: Case;
  readonly isUsual: boolean;
}

/** Operating systems give clients ports from here on. */
const FIRST_CLIENT_PORT = 1024;

/** Stands for every interface name that no rule tells apart; no interface can be called so. */
const ANY_OTHER = '/';

/** The case cut along the first dimension that left a test open: one part for each class the rules tell apart. */
export function splitCase(asked: Case, { portBounds, interfacePatterns }: Notes): readonly CasePart[] {
  if (portBounds.size > 0) {
    return portClasses(asked.sourcePorts, [...portBounds, FIRST_CLIENT_PORT]).map((sourcePorts) => ({
      case: { ...asked, sourcePorts },
      isUsual: isUsual(asked.sourcePorts, sourcePorts),
    }));
  }
  if (interfacePatterns.size === 0 || asked.hook === 'loopback') return [];
  const names = [
    ...[...interfacePatterns].map((pattern) => pattern.replace('*', ANY_OTHER)),
    ANY_OTHER,
  ].filter((name) => name !== 'lo');
  if (asked.inInterface === null)
    return names.map((name) => ({ case: { ...asked, inInterface: name }, isUsual: true }));
  if (asked.outInterface === null)
    return names.map((name) => ({ case: { ...asked, outInterface: name }, isUsual: true }));
  return [];
}

function portClasses(ports: IntervalSet, bounds: readonly number[]): readonly IntervalSet[] {
  const [from, to] = [Number(ports[0]), Number(ports.at(-1))];
  const cuts = [from, ...bounds.filter((bound) => bound > from && bound < to), to].sort((a, b) => a - b);
  const classes = cuts.slice(1).map((end, index): IntervalSet => [cuts[index] ?? 0, end]);
  return classes.filter(([first = 0, end = 0]) => first < end && holds(ports, first));
}

/** A question about low ports alone is about those; otherwise clients are taken to use the high ones. */
function isUsual(all: IntervalSet, [first = 0]: IntervalSet): boolean {
  return Number(first) >= FIRST_CLIENT_PORT || Number(all.at(-1)) <= FIRST_CLIENT_PORT;
}
