import type { Effect } from '../../../model/action.ts';
import type { Rule } from '../../../model/ruleset.ts';
import { TEMPLATE } from '../targets/tracking.ts';

/**
 * What `-j CT` has given something of its connection to, as a helper, NOTRACK does not untrack any more (xt_CT.c). Which comes
 * first only the packet's way tells, so where a table has both, the former is unknown; it is about a port or two.
 */
export function doubtTemplates(chains: ReadonlyMap<string, { readonly rules: Rule[] }>): void {
  const all = [...chains.values()];
  if (!all.some(({ rules }) => rules.some(({ effects }) => effects.some(isUntrack)))) return;
  for (const { rules } of all)
    rules.forEach((rule, index) => {
      if (rule.effects.includes(TEMPLATE)) rules[index] = { ...rule, effects: [DOUBT] };
    });
}

function isUntrack({ kind }: Effect): boolean {
  return kind === 'untrack';
}

const DOUBT: Effect = {
  kind: 'unknown',
  text: '-j CT',
  reason: { code: 'connection-template' },
};
