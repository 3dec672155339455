import type { Effect } from '../../../model/action.ts';
import type { GivenOption, Target } from '../modules/module.ts';

/** A target that does the same to every packet. The effect is one object, shared by every rule that has it. */
export function always(effect: Effect, options: Target['options'] = {}): Target {
  const effects = [effect];
  return { options, effects: () => effects };
}

/** A target that changes nothing a later rule can see. */
export function neutral(options: Target['options'] = {}): Target {
  return always({ kind: 'continue' }, options);
}

/** The value of an option, undefined when it was not given. */
export function valueOf(given: readonly GivenOption[], option: string): string | undefined {
  return given.find(({ name }) => name === option)?.values[0];
}
