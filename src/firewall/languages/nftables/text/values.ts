import { parseNumber } from '../lower/sets/collect-numbers.ts';
import type { BinaryOperator, Expression } from '../syntax/syntax.ts';
import { nested, readVariable, type Reading } from './scan/parser-state.ts';
import { readSet } from './blocks/set-elements.ts';
import { isReserved } from './scan/reserved-words.ts';

/** What stands on the right of a test: a value, several joined by commas or dots, a set or the name of one. */
export function readValues(reading: Reading): Expression {
  const first = readConcat(reading);
  const { lexer } = reading;
  if (!lexer.is(',')) return first;
  const parts = [first];
  while (lexer.skip(',')) parts.push(readConcat(reading));
  return { kind: 'list', parts: parts.flatMap((part) => (part.kind === 'list' ? part.parts : [part])) };
}

/** `0x1,0x2`, up to a slash. */
export function readBitList(reading: Reading): Expression {
  const parts = [readBits(reading)];
  while (reading.lexer.skip(',')) parts.push(readBits(reading));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'list', parts };
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
  const value = readBits(reading);
  if (lexer.is('-')) {
    lexer.next();
    return { kind: 'range', from: value, to: readBits(reading) };
  }
  // A slash before a name belongs to `tcp flags syn / syn,ack`.
  if (lexer.is('/') && /^\d/.test(lexer.peek().text)) {
    lexer.next();
    return { kind: 'prefix', address: value, length: readNumber(reading, 'the length of a prefix') };
  }
  return value;
}

interface Level {
  readonly operator: BinaryOperator;
  /** As in C: a higher one binds tighter. */
  readonly level: number;
}

const OPERATORS: ReadonlyMap<string, Level> = new Map<string, Level>([
  ...['|', 'or'].map((name) => [name, { operator: '|', level: 1 }] as const),
  ...['^', 'xor'].map((name) => [name, { operator: '^', level: 2 }] as const),
  ...['&', 'and'].map((name) => [name, { operator: '&', level: 3 }] as const),
  ...['<<', 'lshift'].map((name) => [name, { operator: '<<', level: 4 }] as const),
  ...['>>', 'rshift'].map((name) => [name, { operator: '>>', level: 4 }] as const),
]);

/** The operator the parser stands on, when it binds at least this tight. */
export function operatorAt({ lexer }: Reading, level: number): Level | undefined {
  if (lexer.kind !== 'symbol' && lexer.kind !== 'word') return undefined;
  const operator = OPERATORS.get(lexer.text);
  return operator !== undefined && operator.level >= level ? operator : undefined;
}

/** Values joined by operators of this level and tighter ones. */
export function readBits(reading: Reading, level = 1): Expression {
  let left = readValue(reading);
  for (let found = operatorAt(reading, level); found !== undefined; found = operatorAt(reading, level)) {
    reading.lexer.next();
    left = { kind: 'binary', operator: found.operator, left, right: readBits(reading, found.level + 1) };
  }
  return left;
}

function readValue(reading: Reading): Expression {
  const { lexer } = reading;
  if (lexer.kind === 'word' && isReserved(lexer.text))
    throw lexer.fail('expected a value', 'give a number, a name, an address or a set');
  if (lexer.kind === 'word' || lexer.kind === 'quoted') {
    const word: Expression = { kind: 'word', text: lexer.text, at: lexer.start };
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
      return { kind: 'reference', name: lexer.identifier('the name of a set') };
    case '*': {
      const { start: at } = lexer;
      lexer.next();
      return { kind: 'word', text: '*', at };
    }
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

/** A plain number, as nft reads it: `0x` is hexadecimal, a leading 0 is octal. */
export function readNumber({ lexer }: Reading, what: string): number {
  const { kind, text } = lexer;
  const number = kind === 'word' && text.length <= 20 ? parseNumber(text) : undefined;
  if (number === undefined) throw lexer.fail(`expected ${what}`, 'give a number');
  lexer.next();
  return number;
}
