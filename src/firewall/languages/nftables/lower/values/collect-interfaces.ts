import { holds, isWithin } from '../../../../../net/interval-set.ts';
import { INTERFACE_NAME_FIX, isInterfaceLength } from '../../../../model/interface-name.ts';
import { badRule, type TableContext } from '../context.ts';
import { formatExpression } from '../../syntax/format.ts';
import { collectUnknown, toValues, emptyCollection, type Collected } from './collected.ts';
import { collectNumbers } from './collect-numbers.ts';
import { TYPES } from './number-type.ts';
import type { Expression } from '../../syntax/syntax.ts';

/**
 * The interfaces an expression names. By number or type only the loopback is known: it is 1 in every network namespace, and the
 * only one of its type. A name may end in `*`; `\*` is a literal star.
 */
export function collectInterfaces(
  expression: Expression,
  by: 'name' | 'index' | 'type',
  into: Collected,
  context: TableContext,
): void {
  const isByIndex = by === 'index';
  if (expression.kind === 'set') {
    for (const { key } of expression.elements) collectInterfaces(key, by, into, context);
  } else if (by === 'type') {
    collectTypes(expression, into, context);
  } else if (expression.kind === 'range' && !isByIndex) {
    throw badRule(
      context,
      expression,
      'a range of names',
      formatExpression(expression),
      'name the interfaces one by one',
    );
  } else if (expression.kind !== 'word') {
    collectUnknown(into, expression, { code: 'unsupported' });
  } else if (isByIndex && /^\d/.test(expression.text)) {
    if (expression.text === '1') into.names.push('lo');
    else collectUnknown(into, expression, { code: 'interface-index' });
  } else if (expression.text.includes('\\') || (isByIndex && expression.text.includes('*'))) {
    collectUnknown(into, expression, { code: 'literal-star' });
  } else if (expression.text === '' || !isInterfaceLength(expression.text)) {
    throw badRule(context, expression, 'not the name of an interface', expression.text, INTERFACE_NAME_FIX);
  } else into.names.push(expression.text);
}

/** ARPHRD_LOOPBACK. */
const LOOPBACK = 772;

function collectTypes(expression: Expression, into: Collected, context: TableContext): void {
  const types = emptyCollection();
  collectNumbers(expression, TYPES.linkType, types, context);
  const { set, unknowns } = toValues(types);
  if (holds(set, LOOPBACK)) into.names.push('lo');
  if (unknowns.length > 0 || !isWithin(set, [LOOPBACK, LOOPBACK + 1]))
    collectUnknown(into, expression, { code: 'link-layer' });
}
