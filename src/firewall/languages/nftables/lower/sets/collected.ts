import { EMPTY, intervalSet, type Bound, type IntervalSet } from '../../../../../net/interval-set.ts';
import { unknown, type UnknownMatch } from '../../../../model/match.ts';
import { formatExpression } from '../../syntax/format.ts';
import type { Expression } from '../../syntax/syntax.ts';
import type { Reason } from '../../../../model/reason.ts';

/** The values an expression or the elements of a set name, all of one type. */
export interface Gathered {
  /** Half-open intervals, in any order. */
  readonly pairs: Bound[];
  /** Names of interfaces. */
  readonly names: string[];
  /** Values this program cannot read. */
  readonly unknowns: UnknownMatch[];
}

export function nothingGathered(): Gathered {
  return { pairs: [], names: [], unknowns: [] };
}

export function cannotRead(into: Gathered, expression: Expression, reason: Reason): void {
  into.unknowns.push(unknown(formatExpression(expression), reason));
}

/** The same, sorted and joined. */
export interface Values {
  readonly set: IntervalSet;
  readonly names: readonly string[];
  readonly unknowns: readonly UnknownMatch[];
}

export const NO_VALUES: Values = { set: EMPTY, names: [], unknowns: [] };

export function finish({ pairs, names, unknowns }: Gathered): Values {
  return { set: intervalSet(pairs), names, unknowns };
}
