import type { Expression } from '../syntax/syntax.ts';
import { readFixed, startsFixed } from './packet-expressions.ts';
import { readOpaque, startsOpaque } from './opaque.ts';
import { nested, type Reading } from './scan/parser-state.ts';
import { operatorAt, readBits as readConstant, readConcat, readValues } from './values.ts';

/** Whether a part of the packet can begin here, as against a value. */
export function startsExpression({ lexer }: Reading): boolean {
  if (lexer.kind === 'word') return startsFixed(lexer) || startsOpaque(lexer);
  return lexer.is('@') || lexer.is('(');
}

/** What stands on the left of a test: parts of the packet, joined by dots, changed by bit operations. */
export function readExpression(reading: Reading): Expression {
  const first = readBits(reading);
  const { lexer } = reading;
  if (!lexer.is('.')) return first;
  const parts = [first];
  while (lexer.skip('.')) parts.push(readBits(reading));
  return { kind: 'concat', parts };
}

/** What stands on the right of `set` and `to`: a value, a part of the packet, or what a map gives for one. */
export function readSource(reading: Reading): Expression {
  if (!startsExpression(reading)) return readConcat(reading);
  const { lexer } = reading;
  const key = readExpression(reading);
  if (!lexer.skip('map')) return key;
  return { kind: 'map', key, data: readCollection(reading) };
}

/** `{ … }`, `@name` or a variable that holds a set. */
export function readCollection(reading: Reading): Extract<Expression, { kind: 'set' | 'reference' }> {
  const { lexer } = reading;
  const at = lexer.start;
  const value = readValues(reading);
  if (value.kind === 'set' || value.kind === 'reference') return value;
  throw lexer.fail('expected a map', 'give { key : value } or @name', at);
}

function readBits(reading: Reading, level = 1): Expression {
  let left = readPrimary(reading);
  for (let found = operatorAt(reading, level); found !== undefined; found = operatorAt(reading, level)) {
    reading.lexer.next();
    const isPart = !reading.lexer.is('(') && startsExpression(reading);
    const right = isPart ? readBits(reading, found.level + 1) : readConstant(reading, found.level + 1);
    left = { kind: 'binary', operator: found.operator, left, right };
  }
  return left;
}

function readPrimary(reading: Reading): Expression {
  const { lexer } = reading;
  if (lexer.kind === 'word' || lexer.is('@')) {
    const read = readFixed(reading) ?? readOpaque(reading);
    if (read !== undefined) return read;
  }
  if (!lexer.is('('))
    throw lexer.fail(
      'expected a part of the packet',
      'write it as nft list ruleset does, for example tcp dport',
    );
  return nested(reading, () => {
    lexer.next();
    const inside = readExpression(reading);
    lexer.expect(')');
    return inside;
  });
}
