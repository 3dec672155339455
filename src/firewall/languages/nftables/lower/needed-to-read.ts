import { unknown, type Match } from '../../../model/match.ts';
import type { Reason } from '../../../model/reason.ts';
import { formatExpression } from '../syntax/format.ts';
import type { Expression } from '../syntax/syntax.ts';
import type { TableContext } from './context.ts';
import { readKey } from './sets/lookup-key.ts';

/** Where the packet has nothing of what a statement reads, as no socket or too few bytes, the rule ends. */
export function neededToRead(value: Expression, context: TableContext): readonly Match[] {
  const { selectors, dependencies } = readKey(value, context);
  if (isConstant(value) || ROUTE.test(formatExpression(value))) return dependencies;
  const absent = selectors.flatMap((one) =>
    one.kind === 'opaque' && !ALWAYS_THERE.has(one.reason.code)
      ? [unknown(formatExpression(value), one.reason)]
      : [],
  );
  return [...dependencies, ...absent];
}

const ALWAYS_THERE: ReadonlySet<Reason['code']> = new Set([
  ...(['chance', 'machine-state', 'time-of-day', 'header-field'] as const),
]);
const ROUTE = /^rt\b/;

export function isConstant(value: Expression): boolean {
  return (
    value.kind === 'word' || (value.kind === 'binary' && isConstant(value.left) && isConstant(value.right))
  );
}
