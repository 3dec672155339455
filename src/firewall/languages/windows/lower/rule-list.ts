import { unknown, type Match } from '../../../model/match.ts';
import type { Effect } from '../../../model/action.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Rule } from '../../../model/ruleset.ts';
import {
  withDoubt,
  type Direction,
  type Doubt,
  type WindowsAction,
  type WindowsRule,
} from '../policy/rule.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { ruleTests } from './conditions.ts';
import { STORE_TITLE } from './store-title.ts';

/** The rule of the model that a rule is in one direction, for one of its actions. */
export type LowerRule = (rule: WindowsRule, direction: Direction, action: WindowsAction) => Rule;

/** Rules are in the lists of several profiles, and are lowered once. */
export function ruleLowerer(known: WindowsCircumstances): LowerRule {
  const lowered: Record<Direction, Record<WindowsAction, Map<WindowsRule, Rule>>> = {
    in: { bypass: new Map(), block: new Map(), allow: new Map() },
    out: { bypass: new Map(), block: new Map(), allow: new Map() },
  };
  return (rule, direction, action) => {
    const before = lowered[direction][action];
    const found = before.get(rule) ?? lowerRule(withAmbiguity(rule), direction, action, known);
    before.set(rule, found);
    return found;
  };
}

/** A rule in one direction, for one of its actions. */
export interface Listed {
  readonly rule: WindowsRule;
  readonly action: WindowsAction;
}

/** The rules of one direction by precedence: authenticated bypass, block, allow. Among each other they have no order. */
export function byPrecedence(rules: readonly WindowsRule[], direction: Direction): readonly Listed[] {
  const ranks: readonly [Listed[], Listed[], Listed[], Listed[]] = [[], [], [], []];
  for (const rule of rules) {
    if (!rule.directions.includes(direction)) continue;
    for (const action of rule.actions) ranks[rankOf(rule, action)].push({ rule, action });
  }
  return ranks.flat();
}

function rankOf({ isAuthenticated }: WindowsRule, action: WindowsAction): 0 | 1 | 2 | 3 {
  switch (action) {
    case 'bypass':
      return 0;
    case 'block':
      return 1;
    case 'allow':
      // Whether an unauthenticated packet that fits one is still allowed by a plain rule is not known.
      return isAuthenticated ? 2 : 3;
  }
}

/** One of several actions or directions is not surely the one. */
function withAmbiguity(rule: WindowsRule): WindowsRule {
  const isSure = rule.actions.length === 1 && rule.directions.length === 1 && rule.isActive !== null;
  return isSure || rule.conditions().doubts.length > 0 ? rule : withDoubt(rule, UNCLEAR);
}

const UNCLEAR: Doubt = {
  text: 'Action, Dir or Active',
  reason: { code: 'rule-grammar', part: 'Action, Dir or Active' },
};

function lowerRule(
  rule: WindowsRule,
  direction: Direction,
  action: WindowsAction,
  known: WindowsCircumstances,
): Rule {
  const tests = ruleTests(rule, direction, known);
  const authenticated: Match = unknown('IPsec', { code: 'ipsec' });
  return {
    ...placed(rule),
    ...(isOfPrompt(rule.origin.id) ? { nature: 'prompt' as const } : {}),
    matches: action === 'bypass' ? [...tests, authenticated] : tests,
    effects: [effectOf(rule, action)],
  };
}

/** The pop-up of a listening program names its rules so, a TCP and a UDP one. */
const OF_PROMPT = /^(?:TCP|UDP) Query User\{[^}]*\}?/i;

export function isOfPrompt(id: string): boolean {
  return OF_PROMPT.test(id);
}

function effectOf(rule: WindowsRule, action: WindowsAction): Effect {
  if (action === 'block') return { kind: 'drop' };
  if (action === 'allow' && rule.isAuthenticated)
    return { kind: 'unknown', text: rule.origin.text, reason: { code: 'ipsec' }, isVerdict: true };
  return { kind: 'accept' };
}

/** Where the rule stands, and its name and ID with its text. */
export function placed({ origin }: WindowsRule): Pick<Rule, 'line' | 'text' | 'title' | 'source'> {
  const { file, line, store, id, name, text } = origin;
  const titled = (shownId: string): string => (name === '' || name === id ? shownId : `${name} (${shownId})`);
  // The ID of a rule of a pop-up ends with the path of the program.
  const title = titled(OF_PROMPT.exec(id)?.[0] ?? id);
  return { line, text: `${titled(id)} ${text}`, title, source: { file, table: STORE_TITLE[store] } };
}

/** Stands for what the files lack: anything may happen. */
export function openRule(text: string, reason: Reason, place: Pick<Rule, 'line' | 'source'>): Rule {
  const effects: readonly Effect[] = [{ kind: 'unknown', text, reason, isVerdict: true }];
  return { ...place, kind: 'placeholder', text, matches: [], effects };
}
