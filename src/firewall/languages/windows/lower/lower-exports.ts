import type { Assumption } from '../../../model/assumptions.ts';
import { CT_STATE, equals, ICMPV6, numberIn, unknown, type Match } from '../../../model/match.ts';
import type { BaseChain, Chain, Rule, Ruleset, SetAside, Table } from '../../../model/ruleset.ts';
import { PROFILES, profileNumber } from '../policy/profile.ts';
import type { WindowsExport } from '../policy/policy.ts';
import { DIRECTIONS, type Direction, type Doubt, type WindowsRule } from '../policy/rule.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { ruleTests } from './conditions.ts';
import { expandedPath } from './program-path.ts';
import { profileList } from './profile-list.ts';
import { byPrecedence, placed, ruleLowerer, type LowerRule } from './rule-list.ts';
import { isForOthers, NEVER } from './scope.ts';
import { isWithoutLocalRules } from './settings.ts';
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
  const rules = withOneSpelling(withSameIds(exports.flatMap((one) => one.rules)));
  const ordinary = rules.filter(({ origin }) => origin.store !== 'hardening');
  const hardening = rules.filter(({ origin }) => origin.store === 'hardening');
  const lower = ruleLowerer(known);
  const active = ordinary.filter(({ isActive }) => isActive !== false);
  const chains = DIRECTIONS.flatMap((direction) => {
    const ordered = byPrecedence(active, direction);
    return [
      entryChain(direction),
      ...PROFILES.map((profile): Chain => {
        const list = profileList(exports, ordered, profile, direction, known, lower);
        return { ...chain(listName(direction, profile), list.rules), isUnordered: true, idle: list.idle };
      }),
    ];
  });
  const texts = [
    ...exports.flatMap(({ assumptions }) => assumptions),
    ...(known.isComplete ? ['--complete: no group policy and no settings besides those in the files'] : []),
  ];
  return {
    file,
    dialect: 'windows',
    backend: 'wfp',
    families: [4, 6],
    hooks: ['input', 'output'],
    setAside: setAside(active, known),
    withoutLocalRules: PROFILES.filter((profile) =>
      isWithoutLocalRules({ exports, isComplete: known.isComplete }, profile),
    ),
    tables: [
      table(file, WINDOWS_FIREWALL, chains),
      table(
        file,
        'Service hardening',
        DIRECTIONS.map((direction) => hardeningChain(hardening, direction, known, lower)),
      ),
    ],
    assumptions: ([4, 6] as const).flatMap((family) => texts.map((text) => ({ family, text }))),
  };
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
      ...{ line: 0, text: `${profile} profile` },
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
    accept('neighbour discovery', equals('protocol', ICMPV6), NEIGHBOURS),
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

/** A block here stands, whatever the rules say; an allow rule may be an exception from it. */
function hardeningChain(
  rules: readonly WindowsRule[],
  direction: Direction,
  known: WindowsCircumstances,
  lower: LowerRule,
): Chain {
  const inForce = rules.filter(
    ({ isActive, directions }) => isActive !== false && directions.includes(direction),
  );
  const exceptions = inForce
    .filter(({ actions }) => actions.includes('allow'))
    .map((rule): Rule => {
      const open = unknown('exception from service hardening', { code: 'hardening-order' });
      const matches = [...ruleTests(rule, direction, known), open];
      return { ...placed(rule), matches, effects: [{ kind: 'accept' }] };
    });
  const blocks = inForce
    .filter(({ actions }) => actions.includes('block'))
    .map((rule) => lower(rule, direction, 'block'));
  return chain(
    `${TITLE[direction]} (service hardening)`,
    [ESTABLISHED, ...withoutOthers([...exceptions, ...blocks])],
    base(direction, -1),
  );
}

/** Without the hundreds of rules that are for other programs than the listener; what is taken for granted of it stays, once. */
function withoutOthers(rules: readonly Rule[]): readonly Rule[] {
  const seen = new Set<Assumption>();
  return rules.flatMap((rule) => {
    const { matches } = rule;
    if (matches.includes(NEVER)) return [];
    const other = matches.find((test) => test.kind === 'assumed' && !test.holds);
    if (other?.kind !== 'assumed') return [rule];
    if (seen.has(other.assumption)) return [];
    seen.add(other.assumption);
    return [{ ...rule, matches: [other] }];
  });
}

/** Which of two rules of one ID counts is not known where they differ. */
function withSameIds(rules: readonly WindowsRule[]): readonly WindowsRule[] {
  const byId = new Map<string, WindowsRule[]>();
  for (const rule of rules) {
    const { store, id } = rule.origin;
    if (store !== 'local' && store !== 'policy') continue;
    const same = byId.get(id.toLowerCase());
    if (same === undefined) byId.set(id.toLowerCase(), [rule]);
    else same.push(rule);
  }
  const doubts = new Map<WindowsRule, Doubt>();
  for (const same of byId.values()) {
    const [first] = same;
    if (first === undefined || same.every(({ origin }) => origin.text === first.origin.text)) continue;
    const places = same.map(({ origin: { store, file, line } }) => `${STORE_TITLE[store]} (${file}:${line})`);
    const reason = { code: 'same-rule-id', id: first.origin.id, places } as const;
    for (const rule of same) doubts.set(rule, { text: 'same ID', reason });
  }
  if (doubts.size === 0) return rules;
  return rules.map((rule) => {
    const doubt = doubts.get(rule);
    return doubt === undefined ? rule : { ...rule, doubts: [...rule.doubts, doubt] };
  });
}

/** Paths that name one program as the first rule spells it, so that a case is about the program and not about a spelling. */
function withOneSpelling(rules: readonly WindowsRule[]): readonly WindowsRule[] {
  const spelled = new Map<string, string>();
  return rules.map((rule) => {
    if (rule.program === null) return rule;
    const key = expandedPath(rule.program);
    const program = spelled.get(key) ?? rule.program;
    spelled.set(key, program);
    return program === rule.program ? rule : { ...rule, program };
  });
}

/** Rules for other programs than an ordinary one, where nobody said what listens. */
function setAside(rules: readonly WindowsRule[], known: WindowsCircumstances): readonly SetAside[] {
  if (known.program !== null || known.service !== null) return [];
  return rules.filter(isForOthers).flatMap((rule) =>
    rule.directions.map((direction): SetAside => {
      const { line, text, title, source } = placed(rule);
      const { file = '', table: store = '' } = source ?? {};
      const place = { file, line, family: 'inet', table: store, chain: TITLE[direction] } as const;
      return { hook: HOOK[direction], rule: { kind: 'rule', ...place, handle: null, text, title } };
    }),
  );
}
