import type { Expression, SetUpdate } from '../syntax/syntax.ts';
import { readElementOptions, type Condition } from './stateful-statements.ts';
import { readExpression, readSource, startsExpression } from './expression.ts';
import { nested, type Reading } from './scan/parser-state.ts';
import { readNumber } from './values.ts';
import { isVerdictWord, readVerdict } from './verdicts.ts';

/**
 * What changes a set as packets pass: `add @set { key timeout 1m limit rate 5/second }`, `meter name size 100 { … }`
 * and the older `set add key @set`.
 */
export function readUpdate(reading: Reading): SetUpdate {
  const { lexer } = reading;
  const { start, text: lead } = lexer;
  const operation = lead === 'delete' ? 'delete' : 'add';
  lexer.next();
  if (lead === 'set') return readOldForm(reading, start);
  if (lead !== 'meter') lexer.expect('@');
  const set = lexer.identifier('the name of a set');
  const size = lexer.skip('size') ? readNumber(reading, 'a number of elements') : null;
  let key: Expression | undefined;
  let condition: Condition | null = null;
  nested(reading, () => {
    lexer.expect('{');
    lexer.skipNewlines();
    key = startsKey(reading) ? readExpression(reading) : readConstant(reading);
    condition = readElementOptions(reading);
    if (lexer.skip(':')) {
      if (isVerdictWord(lexer)) readVerdict(reading);
      else {
        const at = lexer.start;
        if (INTERVALS.has(readSource(reading).kind))
          throw lexer.fail('several values, where a set keeps one', 'give one value', at);
      }
      condition = readElementOptions(reading) ?? condition;
    }
    lexer.expect('}');
  });
  return update(reading, start, { operation, set, size }, key, condition);
}

/** Some keys that iptables or nft 1.0.6 made are listed as `(null)`. */
function startsKey(reading: Reading): boolean {
  const { lexer } = reading;
  return startsExpression(reading) && !(lexer.is('(') && lexer.peek().text === 'null');
}

/** One element whatever the packet: nft lists its value as a number and says `[invalid type]` behind it. */
function readConstant(reading: Reading): Expression {
  const { lexer } = reading;
  const { start } = lexer;
  while (!lexer.is('}') && !lexer.is(':') && lexer.kind !== 'end' && lexer.kind !== 'separator') lexer.next();
  if (lexer.start === start) throw lexer.fail('expected the key of the set', 'give a part of the packet');
  return {
    kind: 'opaque',
    text: lexer.source.slice(start, lexer.previousEnd),
    reason: { code: 'unsupported' },
  };
}

const INTERVALS: ReadonlySet<string> = new Set(['range', 'prefix']);

function readOldForm(reading: Reading, start: number): SetUpdate {
  const { lexer } = reading;
  const operation = lexer.name('add or update') === 'delete' ? 'delete' : 'add';
  const key = readExpression(reading);
  const condition = readElementOptions(reading);
  lexer.expect('@');
  const set = lexer.identifier('the name of a set');
  return update(reading, start, { operation, set, size: null }, key, condition);
}

function update(
  { lexer }: Reading,
  start: number,
  what: Pick<SetUpdate, 'operation' | 'set' | 'size'>,
  key: Expression | undefined,
  condition: Condition | null,
): SetUpdate {
  if (key === undefined) throw lexer.fail('expected the key of the set', 'give a part of the packet');
  return {
    kind: 'update',
    text: lexer.source.slice(start, lexer.previousEnd),
    ...what,
    key,
    reason: condition?.reason ?? null,
  };
}
