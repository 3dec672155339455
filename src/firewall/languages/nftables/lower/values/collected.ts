import { EMPTY, intervalSet, type Bound, type IntervalSet } from '../../../../../net/interval-set.ts';
import { unknown, type UnknownMatch } from '../../../../model/match.ts';
import { formatExpression } from '../../syntax/format.ts';
import type { Expression } from '../../syntax/syntax.ts';
import type { Reason } from '../../../../model/reason.ts';

/** The values of an expression or of the elements of a set, all of one type. */
export interface Collected {
  /** Half-open intervals, in any order. */
  readonly pairs: Bound[];
  /** Names of interfaces. */
  readonly names: string[];
  /** Values that this program does not know. */
  readonly unknowns: UnknownMatch[];
}

export function emptyCollection(): Collected {
  return { pairs: [], names: [], unknowns: [] };
}

export function collectUnknown(into: Collected, expression: Expression, reason: Reason): void {
  into.unknowns.push(unknown(formatExpression(expression), reason));
}

/** The same, sorted and joined. */
export interface Values {
  readonly set: IntervalSet;
  readonly names: readonly string[];
  readonly unknowns: readonly UnknownMatch[];
}

export const NO_VALUES: Values = { set: EMPTY, names: [], unknowns: [] };

export function toValues({ pairs, names, unknowns }: Collected): Values {
  return { set: intervalSet(pairs), names, unknowns };
}

/** A set as it was read for keys of one type: for each combination of the later parts of a concatenation, the values of its first. */
export interface SetLookup {
  readonly hasCatchAll: boolean;
  readonly rows: readonly (readonly Values[])[];
}
