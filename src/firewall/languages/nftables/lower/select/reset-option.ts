import { formatExpression } from '../../syntax/format.ts';
import type { Expression, SetUpdate } from '../../syntax/syntax.ts';

/** `reset tcp option sack`: as deleting from a set, the option's protocol must be there, and that is all. */
export function resetOption(option: Expression, text = `reset ${formatExpression(option)}`): SetUpdate {
  const key: Expression = option.kind === 'opaque' ? { ...option, option: undefined } : option;
  return { kind: 'update', text, set: null, size: null, operation: 'delete', key, reason: null };
}
