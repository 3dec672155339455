import type { Expression } from '../syntax/syntax.ts';
import { readSource, startsExpression } from './expression.ts';
import type { ParserState } from './scan/parser-state.ts';
import { readConcat } from './values.ts';

/** `counter name X`, `limit name X`, `quota name X`. */
interface NamedObject {
  readonly text: string;
  /** What names it: a word, or a map that gives the name. */
  readonly name: Extract<Expression, { kind: 'word' | 'map' }>;
}

/** The object that a statement names; `undefined`, with nothing read, where it names none. */
export function readNamedObject(state: ParserState): NamedObject | undefined {
  const { lexer } = state;
  const { start, text: kind } = lexer;
  if (lexer.peek().text !== 'name') return undefined;
  lexer.next();
  lexer.next();
  const isMap = startsExpression(state);
  const at = lexer.start;
  const name = isMap ? readSource(state) : readConcat(state);
  if (name.kind !== 'word' && name.kind !== 'map')
    throw lexer.fail(`not the name of a ${kind}`, 'give one name, or a map that gives it', at);
  return { text: lexer.textFrom(start), name };
}
