import type { Assumption } from '../../../model/assumptions.ts';
import { CT_STATE, equals, ICMPV6, numberIn, unknown, type Match } from '../../../model/match.ts';
import type { FilterHook } from '../../../model/question.ts';
import type { RuleRef } from '../../../model/rule-ref.ts';
import type { BaseChain, Chain, Rule, Ruleset, Table } from '../../../model/ruleset.ts';
import { PROFILES, profileNumber } from '../policy/profile.ts';
import type { WindowsExport } from '../policy/policy.ts';
import {
  DIRECTIONS,
  type Direction,
  type Doubt,
  meaningOf,
  type WindowsAction,
  type WindowsRule,
  withDoubt,
} from '../policy/rule.ts';
import { alikePrograms } from './alike-programs.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { ruleTests } from './conditions.ts';
import { rulesOfAll } from './contradictions.ts';
import { expandedPath } from './program-path.ts';
import { openForAll, profileList, takenForGranted, type DirectionRules } from './profile-list.ts';
import { byPrecedence, openRule, placed, ruleLowerer, type LowerRule } from './rule-list.ts';
import { whoeverLeavesOut } from './scope.ts';
import { isWithoutLocalRules, settingsOf } from './settings.ts';
import { unstatedOf } from './unstated.ts';
import { STORE_TITLE } from './store-title.ts';

export const WINDOWS_FIREWALL = 'Windows Defender Firewall';

const HOOK = { in: 'input', out: 'output' } as const satisfies Record<Direction, BaseChain['hook']>;
const TITLE = { in: 'Inbound Rules', out: 'Outbound Rules' } as const;

/**
 * The exports of one computer as rule lists: one a direction and profile, its rules sorted by precedence, and one more a direction for
 * service hardening, which can only block.
 */
export function lowerExports(exports: readonly WindowsExport[], known: WindowsCircumstances): Ruleset {
  const file = exports[0]?.file ?? '';
  const rules = withOneSpelling(withSameIds(rulesOfAll(exports)));
  const ordinary = rules.filter(({ origin }) => origin.store !== 'hardening');
  const hardening = rules.filter(({ origin }) => origin.store === 'hardening');
  const active = ordinary.filter(({ isActive }) => isActive !== false);
  const directions = DIRECTIONS.map((direction) =>
    rulesOf(isAsked(direction, known) ? active : [], direction, known),
  );
  const named = [...directions.flatMap(({ ordered }) => ordered.map(({ rule }) => rule)), ...hardening];
  const alike = alikePrograms(named.filter(({ isActive }) => isActive !== false));
  const lower = ruleLowerer({ ...known, alike });
  const settings = settingsOf({ exports, isComplete: known.isComplete });
  const chains = directions.flatMap((ofDirection) => [
    entryChain(ofDirection.direction),
    ...PROFILES.map((profile): Chain => {
      if (!isAsked(ofDirection.direction, known)) return unread(ofDirection.direction, profile);
      const list = profileList(exports, ofDirection, profile, settings[profile], known, lower);
      const name = listName(ofDirection.direction, profile);
      const forOthers = (): readonly Rule[] => loweredOf(ofDirection.forOthers, ofDirection.direction, lower);
      return { ...chain(name, list.rules), isUnordered: true, idle: list.idle, forOthers };
    }),
  ]);
  const unstated = unstatedOf(exports, settings, known);
  const texts = [
    ...exports.flatMap(({ assumptions }) => assumptions),
    ...(known.isComplete ? exports.flatMap(({ unstated }) => unstated) : []),
    ...(known.isComplete ? ['--complete: no group policy and no settings besides those in the files'] : []),
  ];
  return {
    file,
    dialect: 'windows',
    backend: 'wfp',
    families: [4, 6],
    hooks: ['input', 'output'],
    entries: exports.reduce((sum, { rules, settings }) => sum + rules.length + settings.length, 0),
    setAside: setAsideOf(directions),
    undocumented: exports.flatMap(({ undocumented = [] }) => undocumented),
    withoutLocalRules: PROFILES.filter((profile) => isWithoutLocalRules(settings[profile])),
    tables: [
      table(file, WINDOWS_FIREWALL, chains),
      table(
        file,
        'Service hardening',
        DIRECTIONS.map((direction) =>
          hardeningChain(
            isAsked(direction, known) ? hardening : [],
            openForAll(exports),
            direction,
            known,
            lower,
          ),
        ),
      ),
    ],
    assumptions: ([4, 6] as const).flatMap((family) => [
      ...texts.map((text) => ({ family, text })),
      ...unstated.map((text) => ({ family, text, isUnstated: true as const })),
    ]),
  };
}

function isAsked(direction: Direction, { hook = HOOK[direction] }: WindowsCircumstances): boolean {
  return hook === HOOK[direction];
}

/** Stands for the rules of a direction that nobody asks about. */
function unread(direction: Direction, profile: string): Chain {
  const open = openRule(TITLE[direction], { code: 'store-not-given', store: 'local' }, { line: 0 });
  return chain(listName(direction, profile), [open]);
}

function listName(direction: Direction, profile: string): string {
  return `${TITLE[direction]} (${profile} profile)`;
}

function table(file: string, name: string, chains: readonly Chain[]): Table {
  const named = new Map(chains.map((one) => [one.name, one]));
  return { file, family: 'inet', name, isDormant: false, chains: named };
}

function chain(name: string, rules: readonly Rule[], base: BaseChain | null = null): Chain {
  return { name, line: 0, base, rules };
}

function base(direction: Direction, priority: number): BaseChain {
  return {
    hook: HOOK[direction],
    type: 'filter',
    priority,
    policy: 'accept',
    isPolicyImplied: true,
    devices: [],
  };
}

/** Traffic that no rule is asked about, then the list of the profile. */
function entryChain(direction: Direction): Chain {
  const toProfiles = PROFILES.map((profile): Rule => {
    const name = listName(direction, profile);
    return {
      ...{ line: 0, text: `${profile} profile`, isImplied: true },
      matches: [equals('profile', profileNumber(profile))],
      effects: [{ kind: 'goto', chain: name }],
    };
  });
  return chain(TITLE[direction], [...unfiltered(direction), ...toProfiles], base(direction, 0));
}

function unfiltered(direction: Direction): readonly Rule[] {
  const face = direction === 'in' ? 'in-interface' : 'out-interface';
  const accept = (text: string, ...matches: readonly Match[]): Rule => ({
    ...{ line: 0, text, matches },
    effects: [{ kind: 'accept' }],
  });
  return [
    accept('loopback is not filtered', { kind: 'interface', field: face, in: ['lo'] }, LOOPBACK),
    ESTABLISHED,
    NEIGHBOUR_DISCOVERY,
  ];
}

const ESTABLISHED: Rule = {
  ...{ line: 0, text: 'connections that are established are not filtered', isImplied: true },
  matches: [numberIn('ct-state', [CT_STATE.established, CT_STATE.established + 1])],
  effects: [{ kind: 'accept' }],
};

const assumed = (text: string): Match => ({ kind: 'assumed', holds: true, assumption: ofWindows(text) });
const ofWindows = (text: string): Assumption => ({ text });

const LOOPBACK = assumed('traffic of the computer with itself is not filtered');
const NEIGHBOURS = assumed('neighbour discovery of IPv6 passes Windows Defender Firewall');
const NEIGHBOUR_DISCOVERY: Rule = {
  ...{ line: 0, text: 'neighbour discovery', matches: [equals('protocol', ICMPV6), NEIGHBOURS] },
  effects: [{ kind: 'accept' }],
};

/** A block here stands, whatever the rules say; an allow rule may be an exception from it. */
function hardeningChain(
  rules: readonly WindowsRule[],
  open: readonly Rule[],
  direction: Direction,
  known: WindowsCircumstances,
  lower: LowerRule,
): Chain {
  const inForce = rules.filter(({ isActive }) => isActive !== false);
  const { ordered, forOthers, assumptions } = rulesOf(inForce, direction, known);
  const ofAction = (wanted: WindowsAction): readonly WindowsRule[] =>
    ordered.flatMap(({ rule, action }) => (action === wanted ? [rule] : []));
  const exceptions = ofAction('allow').map((rule): Rule => {
    const exception = unknown('exception from service hardening', { code: 'hardening-order' });
    const matches = [...profileTests(rule), ...ruleTests(rule, direction, known), exception];
    return { ...placed(rule), matches, effects: [{ kind: 'accept' }] };
  });
  const blocks = ofAction('block').map((rule): Rule => {
    const block = lower(rule, direction, 'block');
    return { ...block, matches: [...profileTests(rule), ...block.matches] };
  });
  const list = chain(
    `${TITLE[direction]} (service hardening)`,
    [
      ESTABLISHED,
      NEIGHBOUR_DISCOVERY,
      ...open,
      ...assumptions.map(takenForGranted),
      ...exceptions,
      ...blocks,
    ],
    base(direction, -1),
  );
  return { ...list, forOthers: () => loweredOf(forOthers, direction, lower) };
}

/** This list is that of every profile. */
function profileTests(rule: WindowsRule): readonly Match[] {
  const { profiles } = rule.conditions();
  return profiles === null
    ? []
    : [{ kind: 'any', of: profiles.map((profile) => equals('profile', profileNumber(profile))) }];
}

/** The rules of one direction, those for other programs than the listener apart: they are hundreds on every computer. */
function rulesOf(
  rules: readonly WindowsRule[],
  direction: Direction,
  known: WindowsCircumstances,
): DirectionRules {
  const assumptions = new Set<Assumption>();
  const forOthers: WindowsRule[] = [];
  const leftOut = whoeverLeavesOut(known);
  const own = rules.filter((rule) => {
    if (!rule.directions.includes(direction)) return false;
    const by = leftOut(rule);
    if (by === 'counts') return true;
    forOthers.push(rule);
    if (by !== null) assumptions.add(by);
    return false;
  });
  return {
    direction,
    ordered: byPrecedence(own, direction),
    forOthers,
    assumptions: [...assumptions],
  };
}

function loweredOf(rules: readonly WindowsRule[], direction: Direction, lower: LowerRule): readonly Rule[] {
  return byPrecedence(rules, direction).map(({ rule, action }) => lower(rule, direction, action));
}

/** Which of two rules of one ID counts is not known where they differ. */
function withSameIds(rules: readonly WindowsRule[]): readonly WindowsRule[] {
  const firsts = new Map<string, WindowsRule>();
  const several = new Map<WindowsRule, WindowsRule[]>();
  for (const rule of rules) {
    const { store, id } = rule.origin;
    if (store !== 'local' && store !== 'policy') continue;
    const name = id.toLowerCase();
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, rule);
    else {
      const same = several.get(first);
      if (same === undefined) several.set(first, [first, rule]);
      else same.push(rule);
    }
  }
  const doubts = new Map<WindowsRule, Doubt>();
  for (const [first, same] of several) {
    const meaning = meaningOf(first);
    if (same.every((rule) => meaningOf(rule) === meaning)) continue;
    const places = same.map(({ origin: { store, file, line } }) => `${STORE_TITLE[store]} (${file}:${line})`);
    const reason = { code: 'same-rule-id', id: first.origin.id, places } as const;
    for (const rule of same) doubts.set(rule, { text: 'same ID', reason });
  }
  if (doubts.size === 0) return rules;
  return rules.map((rule) => {
    const doubt = doubts.get(rule);
    return doubt === undefined ? rule : withDoubt(rule, doubt);
  });
}

/** Paths that name one program as the first rule spells it, so that a case is about the program and not about a spelling. */
function withOneSpelling(rules: readonly WindowsRule[]): readonly WindowsRule[] {
  const firsts = new Map<string, string>();
  const spelled = new Map<string, string>();
  const firstSpelling = (program: string): string => {
    const path = expandedPath(program);
    const first = firsts.get(path) ?? program;
    firsts.set(path, first);
    spelled.set(program, first);
    return first;
  };
  return rules.map((rule) => {
    if (rule.program === null) return rule;
    const program = spelled.get(rule.program) ?? firstSpelling(rule.program);
    return program === rule.program ? rule : { ...rule, program };
  });
}

/** Rules for other programs than the one that listens. */
function setAsideOf(directions: readonly DirectionRules[]): (hook: FilterHook) => readonly RuleRef[] {
  return (hook) =>
    directions
      .filter(({ direction }) => HOOK[direction] === hook)
      .flatMap(({ direction, forOthers }) => forOthers.map((rule) => refOf(rule, TITLE[direction])));
}

function refOf(rule: WindowsRule, chain: string): RuleRef {
  const { line, text, title, source } = placed(rule);
  const { file = '', table = '' } = source ?? {};
  return { kind: 'rule', file, line, family: 'inet', table, chain, handle: null, text, title };
}
