import { nearestWord } from '../../../../nearest-word.ts';
import { lookUp } from '../../vocabulary/own-property.ts';
import type { Effect } from '../../../model/action.ts';
import { negate, unknown, type Match } from '../../../model/match.ts';
import type { Rule } from '../../../model/ruleset.ts';
import { formatModule } from '../syntax/format.ts';
import type { ModuleSyntax, RuleSyntax, Span } from '../syntax/syntax.ts';
import { contextOf, type ChainContext, type RuleContext } from './context.ts';
import type { MatchModule } from './extensions.ts';
import { hasAddressList, lowerCondition } from './lower-condition.ts';

/** Gives a rule its meaning. @throws InputError with the place of a value that its option does not take. */
export function lowerRule(rule: RuleSyntax, chain: ChainContext): Rule {
  const context = contextOf(rule, chain);
  const matches: Match[] = [];
  for (const condition of rule.conditions) {
    context.span = condition;
    const match = lowerCondition(condition, context);
    if (match !== undefined) matches.push(condition.isNegated ? negate(match) : match);
  }
  addOptions(rule, matches, context);
  addModules(rule, matches, context);
  const effects = effectsOf(rule, context);
  matches.push(...addsOf(rule, context));
  // A copy takes no more room than it has elements: a file may have a million rules.
  return { line: rule.start.line, text: rule.text, matches: matches.slice(), effects };
}

/** What the options of the modules test one by one. */
function addOptions({ modules }: RuleSyntax, matches: Match[], context: RuleContext): void {
  for (const { name, options } of modules) {
    const module = moduleOf(name, context);
    for (const option of options) {
      context.span = option;
      const match = module.options[option.name]?.lower?.(option.values, context);
      if (match !== undefined) matches.push(option.isNegated ? negate(match) : match);
    }
  }
}

/** What the modules test as a whole. */
function addModules({ modules }: RuleSyntax, matches: Match[], context: RuleContext): void {
  for (const module of modules) {
    const { lower } = moduleOf(module.name, context);
    if (lower === undefined) continue;
    context.span = spanOf(module);
    matches.push(...lower(module, context));
  }
}

function moduleOf(name: string, { extensions }: RuleContext): MatchModule {
  return lookUp(extensions.modules, name) ?? foreign(name, Object.keys(extensions.modules));
}

/** What a module that this program does not know tests is unknown. */
function foreign(name: string, known: readonly string[]): MatchModule {
  const reason = { code: 'unknown-match-module', nearest: nearestWord(name, known) ?? null } as const;
  return { options: {}, lower: (module) => [unknown(formatModule(module), reason)] };
}

function spanOf({ options }: ModuleSyntax): Span {
  return { first: options[0]?.first ?? 0, last: options.at(-1)?.last ?? 0 };
}

/** A name that is not a target is a chain; whether the table has it is known only at its end. */
function effectsOf(rule: RuleSyntax, context: RuleContext): readonly Effect[] {
  const { target } = rule;
  if (target === null) return CONTINUE;
  const { name, isGoto, options } = target;
  if (isGoto) return [{ kind: 'goto', chain: name }];
  const definition = lookUp(context.extensions.targets, name);
  if (definition === undefined) return [{ kind: 'jump', chain: name }];
  context.span = { first: target.first, last: options.at(-1)?.last ?? target.last };
  const effects = definition.lower(options, context);
  return hasAddressList(rule) ? effects.map(perhapsTwice) : effects;
}

function addsOf({ target }: RuleSyntax, context: RuleContext): readonly Match[] {
  if (target === null || target.isGoto) return [];
  return lookUp(context.extensions.targets, target.name)?.adds?.(target.options, context) ?? [];
}

const CONTINUE: readonly Effect[] = [{ kind: 'continue' }];

/** With overlapping addresses a packet meets more than one of the rules; a mark whose bits are negated twice is not known. */
function perhapsTwice(effect: Effect): Effect {
  const negatesBits = effect.kind === 'assign' && ((effect.value?.and ?? 0) & (effect.value?.xor ?? 0)) !== 0;
  return negatesBits ? { ...effect, value: null } : effect;
}
