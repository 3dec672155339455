import type { Effect } from '../../../model/action.ts';
import type { Rule } from '../../../model/ruleset.ts';
import { TEMPLATE } from './tracking.ts';

/**
 * NOTRACK does not untrack a packet that `-j CT` gave a template, such as a helper (xt_CT.c). Which of them comes first depends
 * on the path of the packet, so in a table that has both `-j CT` is unknown; it is about a port or two.
 */
export function markUncertainTemplates(chains: ReadonlyMap<string, { readonly rules: Rule[] }>): void {
  const all = [...chains.values()];
  if (!all.some(({ rules }) => rules.some(({ effects }) => effects.some(isUntrack)))) return;
  for (const { rules } of all)
    rules.forEach((rule, index) => {
      if (rule.effects.includes(TEMPLATE)) rules[index] = { ...rule, effects: [UNCERTAIN] };
    });
}

function isUntrack({ kind }: Effect): boolean {
  return kind === 'untrack';
}

const UNCERTAIN: Effect = {
  kind: 'unknown',
  text: '-j CT',
  reason: { code: 'connection-template' },
};
