import { BINARY_OPERATORS, type BinaryOperatorEntry } from '../syntax/operators.ts';
import { isVerdict } from '../syntax/verdict.ts';
import { parseNumber } from '../syntax/number.ts';
import type { Collection, Condition, Element, Expression, Verdict } from '../syntax/syntax.ts';
import { nested, readVariable, type ParserState } from './scan/parser-state.ts';
import { isReserved } from './scan/reserved-words.ts';
import { readVerdict } from './verdict.ts';

/** The right side of a test: a value, several joined by commas or dots, a set or the name of one. */
export function readValues(state: ParserState): Expression {
  const first = readConcat(state);
  const { lexer } = state;
  if (!lexer.is(',')) return first;
  const parts = [first];
  while (lexer.skip(',')) parts.push(readConcat(state));
  return { kind: 'list', parts: parts.flatMap((part) => (part.kind === 'list' ? part.parts : [part])) };
}

/** `0x1,0x2`, up to a slash. */
export function readBitList(state: ParserState): Expression {
  const parts = [readBits(state)];
  while (state.lexer.skip(',')) parts.push(readBits(state));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'list', parts };
}

/** `10.0.0.0/8 . 22-25` */
export function readConcat(state: ParserState): Expression {
  const first = readInterval(state);
  const { lexer } = state;
  if (!lexer.is('.')) return first;
  const parts = [first];
  while (lexer.skip('.')) parts.push(readInterval(state));
  return { kind: 'concat', parts };
}

/** One value, `from-to` or `address/length`. */
export function readInterval(state: ParserState): Expression {
  const { lexer } = state;
  const value = readBits(state);
  if (lexer.is('-')) {
    lexer.next();
    return { kind: 'range', from: value, to: readBits(state) };
  }
  // A slash before a name belongs to `tcp flags syn / syn,ack`.
  if (lexer.is('/') && /^\d/.test(lexer.peek().text)) {
    lexer.next();
    return { kind: 'prefix', address: value, length: readNumber(state, 'the length of a prefix') };
  }
  return value;
}

/** The operator here, where it binds at least this tightly. */
export function operatorAt({ lexer }: ParserState, level: number): BinaryOperatorEntry | undefined {
  if (lexer.kind !== 'symbol' && lexer.kind !== 'word') return undefined;
  const operator = BINARY_OPERATORS.get(lexer.text);
  return operator !== undefined && operator.level >= level ? operator : undefined;
}

/** Values joined by operators of this level and of tighter ones. */
export function readBits(state: ParserState, level = 1): Expression {
  let left = readValue(state);
  for (let found = operatorAt(state, level); found !== undefined; found = operatorAt(state, level)) {
    state.lexer.next();
    left = { kind: 'binary', operator: found.operator, left, right: readBits(state, found.level + 1) };
  }
  return left;
}

const LITERAL_STAR = '\\*';

function readValue(state: ParserState): Expression {
  const { lexer } = state;
  if (lexer.kind === 'word' && isReserved(lexer.text))
    throw lexer.fail('expected a value', 'give a number, a name, an address or a set');
  if (lexer.kind === 'word' || lexer.kind === 'quoted') {
    // In quotes it is a literal star, not the element for all others: nft takes no beginning of names without a letter.
    const isStar = lexer.kind === 'quoted' && lexer.text === '*';
    const word: Expression = { kind: 'word', text: isStar ? LITERAL_STAR : lexer.text, at: lexer.start };
    lexer.next();
    if (lexer.is('[')) skipInvalidType(state);
    return word;
  }
  switch (lexer.text) {
    case '{':
      return readSet(state);
    case '$':
      return readVariable(state);
    case '@':
      lexer.next();
      return { kind: 'reference', name: lexer.identifier('the name of a set') };
    case '*': {
      const { start: at } = lexer;
      lexer.next();
      return { kind: 'word', text: '*', at };
    }
    case '(':
      return nested(state, () => {
        lexer.next();
        const inside = readValues(state);
        lexer.expect(')');
        return inside;
      });
    default:
      throw lexer.fail('expected a value', 'give a number, a name, an address or a set');
  }
}

/** nft 1.0.6 lists a range of `ct proto-src` as `0x400 [invalid type]-0xffff [invalid type]`. */
function skipInvalidType({ lexer }: ParserState): void {
  for (const text of ['[', 'invalid', 'type', ']']) lexer.expect(text);
}

/** A plain number, as nft reads it: `0x` is hexadecimal, a leading 0 is octal. */
export function readNumber({ lexer }: ParserState, what: string): number {
  const { kind, text } = lexer;
  const number = kind === 'word' && text.length <= 20 ? parseNumber(text) : undefined;
  if (number === undefined) throw lexer.fail(`expected ${what}`, 'give a number');
  lexer.next();
  return number;
}

/** `{ … }` as a value: an anonymous set or map; sets within it are spread out. */
export function readSet(state: ParserState): Extract<Collection, { kind: 'set' }> {
  return { kind: 'set', elements: readElements(state).elements };
}

/** The elements between braces, and the condition (`limit`, `quota`) that some of them have. */
export function readElements(state: ParserState): {
  readonly elements: readonly Element[];
  readonly condition: Condition | null;
} {
  const { lexer } = state;
  const elements: Element[] = [];
  let condition: Condition | null = null;
  nested(state, () => {
    lexer.expect('{');
    lexer.skipNewlines();
    do {
      condition = readElement(state, elements) ?? condition;
      lexer.skipNewlines();
      if (!lexer.is(',')) break;
      while (lexer.skip(',')) lexer.skipNewlines();
    } while (!lexer.is('}'));
    lexer.expect('}');
  });
  return { elements, condition };
}

function readElement(state: ParserState, elements: Element[]): Condition | null {
  const { lexer } = state;
  // Nearly all elements of a long set are one plain number or address.
  if (lexer.isPlainItem()) {
    elements.push({ key: { kind: 'word', text: lexer.text, at: lexer.start }, data: null });
    lexer.next();
    return null;
  }
  if (lexer.is('@')) throw lexer.fail('a set within a set', 'write its elements');
  const isSet = lexer.is('{');
  const { start } = lexer;
  const key = readConcat(state);
  if (isSet) {
    lexer.skipNewlines();
    const holdsVerdicts =
      key.kind === 'set' && key.elements.some(({ data }) => data !== null && isVerdict(data));
    if (holdsVerdicts || lexer.is(':')) throw lexer.fail('a set within a map', 'write its elements', start);
  }
  if (lexer.is(',') || lexer.is('}')) {
    push(elements, key, null);
    return null;
  }
  const before = readElementOptions(state);
  lexer.skipNewlines();
  if (!lexer.skip(':')) {
    push(elements, key, null, before.isTemporary);
    return before.condition;
  }
  lexer.skipNewlines();
  const data = readVerdict(state) ?? readConcat(state);
  const after = readElementOptions(state);
  push(elements, key, data, after.isTemporary ?? before.isTemporary);
  return after.condition ?? before.condition;
}

function push(
  elements: Element[],
  key: Expression,
  data: Expression | Verdict | null,
  isTemporary?: boolean,
): void {
  const life = isTemporary === undefined ? {} : { isTemporary };
  if (key.kind !== 'set') elements.push({ key, data, ...life });
  else for (const element of key.elements) elements.push({ ...element, data: data ?? element.data, ...life });
}

/** What may follow an element of a set. */
export interface ElementOptions {
  readonly condition: Condition | null;
  /** Whether the element has a timeout of its own; undefined where none is given. */
  readonly isTemporary: boolean | undefined;
}

/** `timeout 1h expires 59m counter packets 0 bytes 0 comment "…"` */
export function readElementOptions(state: ParserState): ElementOptions {
  const { lexer } = state;
  let condition: Condition | null = null;
  let isTemporary: boolean | undefined;
  for (;;) {
    lexer.skipNewlines();
    if (lexer.skip('timeout') || lexer.skip('expires')) {
      if (!/^(?:\d+(?:ms|[wdhms]))+$/.test(lexer.text))
        throw lexer.fail('expected a time', 'write it such as 1h30m');
      isTemporary = /[1-9]/.test(lexer.text);
      lexer.next();
    } else if (lexer.skip('comment')) lexer.name('a comment');
    else {
      const read = state.statements.readStateful(state);
      if (read === undefined) return { condition, isTemporary };
      if (read.kind === 'condition') condition = read;
    }
  }
}
