import type { Expression, Word } from './syntax.ts';

/** The word an expression begins with, or the first one in it; null when it has none. For places in messages. */
export function firstWord(expression: Expression): Word | null {
  switch (expression.kind) {
    case 'word':
      return expression;
    case 'prefix':
      return firstWord(expression.address);
    case 'range':
      return firstWord(expression.from);
    case 'binary':
      return firstWord(expression.left) ?? firstWord(expression.right);
    case 'concat':
    case 'list':
      return firstOf(expression.parts);
    case 'set':
      return firstOf(expression.elements.map(({ key }) => key));
    case 'map':
      return firstWord(expression.key);
    default:
      return null;
  }
}

function firstOf(expressions: readonly Expression[]): Word | null {
  for (const expression of expressions) {
    const word = firstWord(expression);
    if (word !== null) return word;
  }
  return null;
}
