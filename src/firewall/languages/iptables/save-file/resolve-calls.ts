import type { CallEffect, Effect } from '../../../model/action.ts';
import { badRuleset, type SourceLocation } from '../../../model/source-location.ts';
import type { Chain, Rule } from '../../../model/ruleset.ts';
import { nearestWord } from '../../../../nearest-word.ts';
import { EXTENSIONS } from './extensions.ts';
import { splitWords, wordPlace } from '../syntax/tokenize.ts';

/** Where a rule names the chain it calls. */
export type CallPlace = (rule: Rule, called: string) => SourceLocation;

/**
 * Gives the calls of a chain's rules their meaning, now that every chain of the table is known.
 * @throws InputError for a call of a chain that cannot be called
 */
export function resolveCalls(rules: Rule[], chains: ReadonlyMap<string, Chain>, placeOf: CallPlace): void {
  rules.forEach((rule, index) => {
    if (!rule.effects.some(isCall)) return;
    const effects = rule.effects.map((effect) => resolve(effect, chains, rule, placeOf));
    if (effects.some((effect, at) => effect !== rule.effects[at])) rules[index] = { ...rule, effects };
  });
}

/** What follows `-j` is a chain of the table or else a target of a module this program does not know. */
function resolve(effect: Effect, chains: ReadonlyMap<string, Chain>, rule: Rule, placeOf: CallPlace): Effect {
  if (!isCall(effect)) return effect;
  const chain = chains.get(effect.chain);
  if (chain?.base === null) return effect;
  if (effect.kind === 'jump' && chain === undefined) {
    return {
      kind: 'unknown',
      text: `-j ${effect.chain}`,
      reason: { code: 'no-such-chain-or-target', nearest: nearest(effect.chain, chains) },
    };
  }
  throw badRuleset(
    placeOf(rule, effect.chain),
    `cannot go to chain "${effect.chain}"`,
    effect.chain,
    'give a user-defined chain of the same table',
  );
}

function nearest(name: string, chains: ReadonlyMap<string, Chain>): string | null {
  const known = [...chains.values()].filter(({ base }) => base === null).map((chain) => chain.name);
  return nearestWord(name, [...known, ...Object.keys(EXTENSIONS.targets)]) ?? null;
}

function isCall(effect: Effect): effect is CallEffect {
  return effect.kind === 'jump' || effect.kind === 'goto';
}

/** The place of the chain's name, found again in the text of the file. */
export function callPlace(
  { file, text }: { readonly file: string; readonly text: string },
  { line }: Rule,
  called: string,
): SourceLocation {
  const start = { file, line, column: 1 };
  const whole = text.split('\n', line)[line - 1] ?? '';
  const words = splitWords(whole, 0, whole.length, start);
  const index = words.findIndex(
    (word, at) => word === called && /^-(?:j|g|-jump|-goto)$/.test(words[at - 1] ?? ''),
  );
  return wordPlace(whole, Math.max(0, index), start);
}
