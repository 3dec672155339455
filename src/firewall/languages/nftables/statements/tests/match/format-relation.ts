import { formatExpression, formatValue } from '../../../syntax/format.ts';
import type { Expression, Relation } from '../../../syntax/syntax.ts';

/** `tcp dport 22`; `==` only where leaving it out would mean something else. */
export function formatRelation({ left, operator, right }: Relation): string {
  const value = formatValue(left, right);
  return operator === 'implicit' || (operator === '==' && !isExactOnly(left))
    ? `${formatExpression(left)} ${value}`
    : `${formatExpression(left)} ${operator} ${value}`;
}

/** Whether it would mean something else without `==`. */
function isExactOnly(left: Expression): boolean {
  return (
    left.kind === 'binary' ||
    (left.kind === 'field' && left.name === 'flags') ||
    (left.kind === 'ct' && left.key.startsWith('stat'))
  );
}
