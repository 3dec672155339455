import { isVerdict } from '../../lower/sets/map-lookup.ts';
import type { Collection, Element, Expression, Verdict } from '../../syntax/syntax.ts';
import { readElementOptions, type Condition } from '../stateful-statements.ts';
import { nested, type Reading } from '../scan/parser-state.ts';
import { isVerdictWord, readVerdict } from '../verdicts.ts';
import { readConcat } from '../values.ts';

/** `{ … }` as a value: an anonymous set or map; sets within it are spread out. */
export function readSet(reading: Reading): Extract<Collection, { kind: 'set' }> {
  return { kind: 'set', elements: readElements(reading).elements };
}

/** The elements between braces, and the condition (`limit`, `quota`) that some of them carry. */
export function readElements(reading: Reading): {
  readonly elements: readonly Element[];
  readonly condition: Condition | null;
} {
  const { lexer } = reading;
  const elements: Element[] = [];
  let condition: Condition | null = null;
  nested(reading, () => {
    lexer.expect('{');
    lexer.skipNewlines();
    do {
      condition = readElement(reading, elements) ?? condition;
      lexer.skipNewlines();
      if (!lexer.is(',')) break;
      while (lexer.skip(',')) lexer.skipNewlines();
    } while (!lexer.is('}'));
    lexer.expect('}');
  });
  return { elements, condition };
}

function readElement(reading: Reading, elements: Element[]): Condition | null {
  const { lexer } = reading;
  // Nearly all elements of a long set are one plain number or address.
  if (lexer.isPlainItem()) {
    elements.push({ key: { kind: 'word', text: lexer.text, at: lexer.start }, data: null });
    lexer.next();
    return null;
  }
  if (lexer.is('@')) throw lexer.fail('a set within a set', 'write its elements');
  const isSet = lexer.is('{');
  const { start } = lexer;
  const key = readConcat(reading);
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
  let condition = readElementOptions(reading);
  lexer.skipNewlines();
  if (lexer.skip(':')) {
    lexer.skipNewlines();
    push(elements, key, isVerdictWord(lexer) ? readVerdict(reading) : readConcat(reading));
    condition = readElementOptions(reading) ?? condition;
  } else push(elements, key, null);
  return condition;
}

function push(elements: Element[], key: Expression, data: Expression | Verdict | null): void {
  if (key.kind !== 'set') elements.push({ key, data });
  else if (data === null) for (const element of key.elements) elements.push(element);
  else for (const element of key.elements) elements.push({ key: element.key, data });
}
