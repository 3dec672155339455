import { FILTER_HOOKS, type FilterHook } from '../../model/question.ts';
import type { Ruleset } from '../../model/ruleset.ts';

/** The hooks that the rulesets of a machine speak for; all where one of them lists everything and none filters anywhere. */
export function spokenHooks(rulesets: readonly Pick<Ruleset, 'hooks'>[]): readonly FilterHook[] {
  const spoken = FILTER_HOOKS.filter((hook) => rulesets.some(({ hooks }) => hooks?.includes(hook) === true));
  return spoken.length === 0 && rulesets.some(({ hooks }) => hooks === null) ? FILTER_HOOKS : spoken;
}
