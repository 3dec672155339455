import { INTERFACE_NAME_FIX, isInterfaceLength } from '../interface-name.ts';
import { badRule, type TableContext } from './context.ts';
import { formatExpression } from './format.ts';
import { cannotRead, type Gathered } from './gathered.ts';
import type { Expression } from './syntax.ts';
import { WHY } from './why.ts';

/**
 * The interfaces an expression names. By number only the loopback is known: it is 1 in every network namespace.
 * A name may end in `*`; `\*` is a star that is meant.
 */
export function gatherInterfaces(
  expression: Expression,
  isByIndex: boolean,
  into: Gathered,
  context: TableContext,
): void {
  if (expression.kind === 'set') {
    for (const { key } of expression.elements) gatherInterfaces(key, isByIndex, into, context);
  } else if (expression.kind === 'range' && !isByIndex) {
    throw badRule(
      context,
      expression,
      'a range of names',
      formatExpression(expression),
      'name the interfaces one by one',
    );
  } else if (expression.kind !== 'word') {
    cannotRead(into, expression, WHY.unsupported);
  } else if (isByIndex && /^\d/.test(expression.text)) {
    if (expression.text === '1') into.names.push('lo');
    else cannotRead(into, expression, WHY.index);
  } else if (expression.text.includes('\\') || (isByIndex && expression.text.includes('*'))) {
    cannotRead(into, expression, 'an interface name with a star that is meant');
  } else if (expression.text === '' || !isInterfaceLength(expression.text)) {
    throw badRule(context, expression, 'not the name of an interface', expression.text, INTERFACE_NAME_FIX);
  } else into.names.push(expression.text);
}
