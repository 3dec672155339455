import type { BinaryOperator, Expression } from '../nft/syntax.ts';
import { nested, readVariable, type Reading } from './reading.ts';
import { readSet } from './set-elements.ts';

/** What stands on the right of a test: a value, several joined by commas or dots, a set or the name of one. */
export function readValues(reading: Reading): Expression {
  const first = readConcat(reading);
  const { lexer } = reading;
  if (!lexer.is(',')) return first;
  const parts = [first];
  while (lexer.skip(',')) parts.push(readConcat(reading));
  return { kind: 'list', parts: parts.flatMap((part) => (part.kind === 'list' ? part.parts : [part])) };
}

/** `10.0.0.0/8 . 22-25` */
export function readConcat(reading: Reading): Expression {
  const first = readInterval(reading);
  const { lexer } = reading;
  if (!lexer.is('.')) return first;
  const parts = [first];
  while (lexer.skip('.')) parts.push(readInterval(reading));
  return { kind: 'concat', parts };
}

/** One value, `from-to` or `address/length`. */
export function readInterval(reading: Reading): Expression {
  const { lexer } = reading;
  const value = readBits(reading, 0);
  if (lexer.is('-')) {
    lexer.next();
    return { kind: 'range', from: value, to: readBits(reading, 0) };
  }
  // A slash before a name belongs to `tcp flags syn / syn,ack`.
  if (lexer.is('/') && /^\d/.test(lexer.peek().text)) {
    lexer.next();
    return { kind: 'prefix', address: value, length: readNumber(reading, 'the length of a prefix') };
  }
  return value;
}

/** Loosest first, as in C: `fin | syn & ack`. Each level also has a name. */
const LEVELS: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { '|': '|', or: '|' },
  { '^': '^', xor: '^' },
  { '&': '&', and: '&' },
  { '<<': '<<', '>>': '>>', lshift: '<<', rshift: '>>' },
];

/** The operator the parser stands on, when it is one of the level (0 is the loosest); it moves past it. */
export function skipOperator({ lexer }: Reading, level: number): BinaryOperator | undefined {
  const operators = LEVELS[level];
  if (operators === undefined || (lexer.kind !== 'symbol' && lexer.kind !== 'word')) return undefined;
  if (!Object.hasOwn(operators, lexer.text)) return undefined;
  const operator = operators[lexer.text];
  lexer.next();
  return operator;
}

export const TIGHTEST = LEVELS.length;

/** Values joined by the operators of this level and tighter ones. */
export function readBits(reading: Reading, level: number): Expression {
  if (level === TIGHTEST) return readValue(reading);
  let left = readBits(reading, level + 1);
  for (;;) {
    const operator = skipOperator(reading, level);
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: readBits(reading, level + 1) };
  }
}

function readValue(reading: Reading): Expression {
  const { lexer } = reading;
  if (lexer.kind === 'word' || lexer.kind === 'quoted') {
    const word: Expression = { kind: 'word', text: lexer.text };
    lexer.next();
    if (lexer.is('[')) skipInvalidType(reading);
    return word;
  }
  switch (lexer.text) {
    case '{':
      return readSet(reading);
    case '$':
      return readVariable(reading);
    case '@':
      lexer.next();
      return { kind: 'reference', name: lexer.name('the name of a set') };
    case '*':
      lexer.next();
      return { kind: 'word', text: '*' };
    case '(':
      return nested(reading, () => {
        lexer.next();
        const inside = readValues(reading);
        lexer.expect(')');
        return inside;
      });
    default:
      throw lexer.fail('expected a value', 'give a number, a name, an address or a set');
  }
}

/** nft 1.0.6 lists a range of `ct proto-src` as `0x400 [invalid type]-0xffff [invalid type]`. */
function skipInvalidType({ lexer }: Reading): void {
  for (const text of ['[', 'invalid', 'type', ']']) lexer.expect(text);
}

/** A plain number. */
export function readNumber({ lexer }: Reading, what: string): number {
  const { kind, text } = lexer;
  if (kind !== 'word' || !/^\d{1,15}$/.test(text)) throw lexer.fail(`expected ${what}`, 'give a number');
  lexer.next();
  return Number(text);
}
