import { badRule, type TableContext } from '../context.ts';
import { formatExpression } from '../../syntax/format.ts';
import { parseNumber } from '../../syntax/number.ts';
import { collectUnknown, type Collected } from './collected.ts';
import { NEVER, type NumberType } from './number-type.ts';
import type { Expression, Word } from '../../syntax/syntax.ts';

/** The numbers an expression names: one, a range, a prefix, bits or-ed together, or a set of these. */
export function collectNumbers(
  expression: Expression,
  type: NumberType,
  into: Collected,
  context: TableContext,
): void {
  switch (expression.kind) {
    case 'set':
      for (const { key } of expression.elements) collectNumbers(key, type, into, context);
      return;
    case 'range':
    case 'prefix': {
      collectInterval(expression, type, into, context);
      return;
    }
    default: {
      const value = numberOf(expression, type, context);
      if (value === undefined) {
        collectUnknown(into, expression, { code: 'unknown-name' });
        return;
      }
      const ours = type.translate === undefined ? value : (type.translate.get(value) ?? NEVER);
      into.pairs.push(ours, ours + 1);
    }
  }
}

/** The one number that an expression means; `undefined` for a name this program does not know. */
export function numberOf(
  expression: Expression,
  type: NumberType,
  context: TableContext,
): number | undefined {
  switch (expression.kind) {
    case 'word':
      return wordNumber(expression, type, context);
    case 'list': {
      if (!type.isFlags)
        throw badRule(
          context,
          expression,
          'several values without braces',
          formatExpression(expression),
          'write { … }',
        );
      let bits = 0;
      for (const part of expression.parts) {
        const value = numberOf(part, type, context);
        if (value === undefined) return undefined;
        bits = (bits | value) >>> 0;
      }
      return bits;
    }
    case 'binary': {
      const left = numberOf(expression.left, type, context);
      const isShift = expression.operator === '<<' || expression.operator === '>>';
      const right = isShift ? bitCount(expression.right, context) : numberOf(expression.right, type, context);
      return left === undefined || right === undefined
        ? undefined
        : combine(left, expression.operator, right);
    }
    default:
      return undefined;
  }
}

/** How far a value is shifted is a number of its own, whatever the type of the value. */
export function bitCount(expression: Expression, context: TableContext): number {
  const count = expression.kind === 'word' ? parseNumber(expression.text) : undefined;
  if (count !== undefined) return count;
  throw badRule(context, expression, 'not a number of bits', formatExpression(expression), 'give a number');
}

function combine(left: number, operator: '&' | '|' | '^' | '<<' | '>>', right: number): number {
  switch (operator) {
    case '&':
      return (left & right) >>> 0;
    case '|':
      return (left | right) >>> 0;
    case '^':
      return (left ^ right) >>> 0;
    case '<<':
      return right > 31 ? 0 : (left << right) >>> 0;
    case '>>':
      return right > 31 ? 0 : left >>> right;
  }
}

function wordNumber(word: Word, type: NumberType, context: TableContext): number | undefined {
  const { text } = word;
  const first = text.charCodeAt(0);
  const isName = (first < ZERO || first > NINE) && !text.includes(':');
  if (isName) return Object.hasOwn(type.names, text) ? type.names[text] : undefined;
  if (Object.hasOwn(type.names, text)) return type.names[text];
  const value = parseNumber(text);
  if (type.isPresence === true && value !== 0) return undefined;
  const max = 2 ** type.bits - 1;
  if (value !== undefined && value <= max) return value;
  throw badRule(context, word, `not a value of type ${type.name}`, text, `give a number from 0 to ${max}`);
}

function collectInterval(
  expression: Extract<Expression, { kind: 'range' | 'prefix' }>,
  type: NumberType,
  into: Collected,
  context: TableContext,
): void {
  const isRange = expression.kind === 'range';
  const first = numberOf(isRange ? expression.from : expression.address, type, context);
  const last = isRange ? numberOf(expression.to, type, context) : undefined;
  if (type.translate !== undefined || first === undefined || (isRange && last === undefined)) {
    collectUnknown(into, expression, { code: 'unknown-name' });
    return;
  }
  if (!isRange) {
    const { length } = expression;
    if (length > type.bits)
      throw badRule(
        context,
        expression,
        'a prefix longer than its type',
        `/${length}`,
        `give 0 to ${type.bits}`,
      );
    const size = 2 ** (type.bits - length);
    const from = first - (first % size);
    into.pairs.push(from, from + size);
  } else {
    if (last === undefined) return;
    if (last < first) throw backwards(context, expression);
    into.pairs.push(first, last + 1);
  }
}

export function backwards(context: TableContext, range: Expression): ReturnType<typeof badRule> {
  return badRule(
    context,
    range,
    'a range with its upper end first',
    formatExpression(range),
    'write the lower end first',
  );
}

const ZERO = 48;
const NINE = 57;
