import type { Effect } from '../../../model/action.ts';
import type { Target } from '../lower/extensions.ts';
import { optionsOf } from '../lower/options.ts';
import type { OptionSyntax } from '../syntax/syntax.ts';

/** How many values follow each option of a target. */
type Counts = Readonly<Record<string, number>>;

/** A target that does the same to every packet. The effect is one object, shared by every rule that has it. */
export function always(effect: Effect, counts: Counts = {}): Target {
  const effects = [effect];
  return { options: targetOptions(counts), lower: () => effects };
}

/** A target that changes nothing a later rule can see. */
export function neutral(counts: Counts = {}): Target {
  return always({ kind: 'continue' }, counts);
}

/** Options of a target: none of them can be negated. */
export function targetOptions(counts: Counts): Target['options'] {
  return optionsOf(counts, { isNeverNegated: true } as const);
}

/** The value of an option, undefined when it was not given. */
export function valueOf(options: readonly OptionSyntax[], option: string): string | undefined {
  return options.find(({ name }) => name === option)?.values[0];
}
