import { holds, type IntervalSet } from '../../net/interval-set.ts';
import type { Opening, Scenario } from '../netfilter/scenario.ts';
import type { Notes } from '../netfilter/matching/match-packet.ts';

/** The parts of a case. */
export interface Split {
  readonly parts: readonly ScenarioPart[];
  /** The sender chooses which part it is. */
  readonly isChosen: boolean;
}

/** A part of a case; unusual are the source ports clients do not use. */
export interface ScenarioPart {
  readonly case: Scenario;
  readonly isUsual: boolean;
}

/** Operating systems give clients ports from here on. */
export const FIRST_CLIENT_PORT = 1024;

/** Stands for every interface name that no rule tells apart; no interface can be called so. */
const ANY_OTHER = '/';

const EVERY_PROFILE = [0, 1, 2];

/** The case cut along the first dimension that left a test open: one part for each class the rules tell apart. */
export function splitScenario(
  asked: Scenario,
  { portBounds, interfacePatterns, hasLimits, hasOpenings, hasProfiles }: Notes,
): Split {
  const isFree = asked.sender === 'anybody';
  if (portBounds.size > 0) {
    const classes = splitPorts(asked.sourcePorts, [...portBounds, FIRST_CLIENT_PORT]);
    const parts = classes.map((sourcePorts) => ({
      case: { ...asked, sourcePorts },
      isUsual: isUsual(asked.sourcePorts, sourcePorts),
    }));
    return { parts, isChosen: isFree };
  }
  if (hasProfiles && asked.profile === null)
    return {
      parts: EVERY_PROFILE.map((profile) => ({ case: { ...asked, profile }, isUsual: true })),
      isChosen: false,
    };
  const byInterface = interfaceParts(asked, interfacePatterns);
  if (byInterface.length > 0) return { parts: byInterface, isChosen: false };
  if (hasOpenings && asked.opening === null)
    return {
      parts: openingsOf(asked).map((opening) => ({ case: { ...asked, opening }, isUsual: true })),
      isChosen: isFree,
    };
  if (!isFree || !hasLimits || asked.isAlone !== null) return { parts: [], isChosen: false };
  const parts = [true, false].map((isAlone) => ({ case: { ...asked, isAlone }, isUsual: true }));
  return { parts, isChosen: true };
}

/** Clients of either kind must get in; whoever must not may send any. */
function openingsOf({ sender, transport }: Scenario): readonly Opening[] {
  return [
    'plain',
    ...(transport === 'tcp' ? (['ecn'] as const) : []),
    ...(sender === 'anybody' ? (['odd'] as const) : []),
  ];
}

function interfaceParts(asked: Scenario, patterns: ReadonlySet<string>): readonly ScenarioPart[] {
  if (patterns.size === 0 || asked.hook === 'loopback') return [];
  const names = [...[...patterns].map((pattern) => pattern.replace('*', ANY_OTHER)), ANY_OTHER].filter(
    (name) => name !== 'lo',
  );
  if (asked.inInterface === null)
    return names.map((name) => ({ case: { ...asked, inInterface: name }, isUsual: true }));
  if (asked.outInterface === null)
    return names.map((name) => ({ case: { ...asked, outInterface: name }, isUsual: true }));
  return [];
}

function splitPorts(ports: IntervalSet, bounds: readonly number[]): readonly IntervalSet[] {
  const [from, to] = [Number(ports[0]), Number(ports.at(-1))];
  const cuts = [from, ...bounds.filter((bound) => bound > from && bound < to), to].sort((a, b) => a - b);
  const classes = cuts.slice(1).map((end, index): IntervalSet => [cuts[index] ?? 0, end]);
  return classes.filter(([first = 0, end = 0]) => first < end && holds(ports, first));
}

/** A question about low ports alone is about those; otherwise clients are taken to use the high ones. */
function isUsual(all: IntervalSet, [first = 0]: IntervalSet): boolean {
  return Number(first) >= FIRST_CLIENT_PORT || Number(all.at(-1)) <= FIRST_CLIENT_PORT;
}
