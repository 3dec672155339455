import { unknown, type Match } from '../../../model/match.ts';
import type { Effect } from '../../../model/action.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Rule } from '../../../model/ruleset.ts';
import type { Direction, Doubt, WindowsAction, WindowsRule } from '../policy/rule.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { ruleTests } from './conditions.ts';
import { STORE_TITLE } from './store-title.ts';

/** The rule of the model that a rule is in one direction, for one of its actions. */
export type LowerRule = (rule: WindowsRule, direction: Direction, action: WindowsAction) => Rule;

/** Rules are in the lists of several profiles, and are lowered once. */
export function ruleLowerer(known: WindowsCircumstances): LowerRule {
  const lowered = new WeakMap<WindowsRule, Map<string, Rule>>();
  return (rule, direction, action) => {
    const ofRule = lowered.get(rule) ?? new Map<string, Rule>();
    lowered.set(rule, ofRule);
    const key = `${direction} ${action}`;
    const found = ofRule.get(key) ?? lowerRule(withAmbiguity(rule), direction, action, known);
    ofRule.set(key, found);
    return found;
  };
}

/** Rules in force in one direction, by precedence: authenticated bypass, block, allow. Among each other they have no order. */
export function byPrecedence(
  rules: readonly WindowsRule[],
  direction: Direction,
  lower: LowerRule,
): readonly Rule[] {
  const of = (
    action: WindowsAction,
    isWanted: (rule: WindowsRule) => boolean = () => true,
  ): readonly Rule[] =>
    rules
      .filter(
        (rule) => rule.actions.includes(action) && rule.directions.includes(direction) && isWanted(rule),
      )
      .map((rule) => lower(rule, direction, action));
  return [
    ...of('bypass'),
    ...of('block'),
    // Whether an unauthenticated packet that fits one is still allowed by a plain rule is not known.
    ...of('allow', ({ isAuthenticated }) => isAuthenticated),
    ...of('allow', ({ isAuthenticated }) => !isAuthenticated),
  ];
}

/** One of several actions or directions is not surely the one. */
function withAmbiguity(rule: WindowsRule): WindowsRule {
  const isSure = rule.actions.length === 1 && rule.directions.length === 1 && rule.isActive !== null;
  if (isSure || rule.doubts.length > 0) return rule;
  return { ...rule, doubts: [UNCLEAR] };
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
    ...(isOfPrompt(rule) ? { nature: 'prompt' as const } : {}),
    matches: action === 'bypass' ? [...tests, authenticated] : tests,
    effects: [effectOf(rule, action)],
  };
}

/** The pop-up of a listening program names its rules so, a TCP and a UDP one. */
function isOfPrompt({ origin }: WindowsRule): boolean {
  return /^(?:TCP|UDP) Query User\{/i.test(origin.id);
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
  const title = titled(id.replace(/^((?:TCP|UDP) Query User\{[^}]*\}).+$/i, '$1'));
  return { line, text: `${titled(id)} ${text}`, title, source: { file, table: STORE_TITLE[store] } };
}

/** Stands for what the files lack: anything may happen. */
export function openRule(text: string, reason: Reason, place: Pick<Rule, 'line' | 'source'>): Rule {
  const effects: readonly Effect[] = [{ kind: 'unknown', text, reason, isVerdict: true }];
  return { ...place, kind: 'placeholder', text, matches: [], effects };
}
