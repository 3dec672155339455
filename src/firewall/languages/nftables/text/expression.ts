import type { Expression } from '../syntax/syntax.ts';
import { readFixed, startsFixed } from './packet-expressions.ts';
import { readOpaque, startsOpaque } from './opaque.ts';
import { nested, type ParserState } from './scan/parser-state.ts';
import { operatorAt, readBits as readConstant, readConcat, readValues } from './values.ts';

/** Whether a part of the packet can begin here, rather than a value. */
export function startsExpression({ lexer }: ParserState): boolean {
  if (lexer.kind === 'word') return startsFixed(lexer) || startsOpaque(lexer);
  return lexer.is('@') || lexer.is('(');
}

/** The left side of a test: parts of the packet, joined by dots, changed by bit operations; constants after the first part. */
export function readExpression(state: ParserState): Expression {
  const first = readBits(state);
  const { lexer } = state;
  if (!lexer.is('.')) return first;
  const parts = [first];
  while (lexer.skip('.')) parts.push(startsExpression(state) ? readBits(state) : readConstant(state));
  return { kind: 'concat', parts };
}

/** The right side of `set` and `to`: a value, a part of the packet, or what a map gives for one. */
export function readSource(state: ParserState): Expression {
  if (!startsExpression(state)) return readConcat(state);
  const { lexer } = state;
  const key = readExpression(state);
  if (!lexer.skip('map')) return key;
  return { kind: 'map', key, data: readCollection(state) };
}

/** `{ … }`, `@name`, or a variable whose value is a set. */
export function readCollection(state: ParserState): Extract<Expression, { kind: 'set' | 'reference' }> {
  const { lexer } = state;
  const at = lexer.start;
  const value = readValues(state);
  if (value.kind === 'set' || value.kind === 'reference') return value;
  throw lexer.fail('expected a map', 'give { key : value } or @name', at);
}

function readBits(state: ParserState, level = 1): Expression {
  let left = readPrimary(state);
  for (let found = operatorAt(state, level); found !== undefined; found = operatorAt(state, level)) {
    state.lexer.next();
    const isPart = !state.lexer.is('(') && startsExpression(state);
    const right = isPart ? readBits(state, found.level + 1) : readConstant(state, found.level + 1);
    left = { kind: 'binary', operator: found.operator, left, right };
  }
  return left;
}

function readPrimary(state: ParserState): Expression {
  const { lexer } = state;
  if (lexer.kind === 'word' || lexer.is('@')) {
    const read = readFixed(state) ?? readOpaque(state, readExpression);
    if (read !== undefined) return read;
  }
  if (!lexer.is('('))
    throw lexer.fail(
      'expected a part of the packet',
      'write it as nft list ruleset does, for example tcp dport',
    );
  return nested(state, () => {
    lexer.next();
    const inside = readExpression(state);
    lexer.expect(')');
    return inside;
  });
}
