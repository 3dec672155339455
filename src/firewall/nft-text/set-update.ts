import type { Expression, SetUpdate } from '../nft/syntax.ts';
import { readElementOptions, type Condition } from './conditions.ts';
import { readExpression, readSource } from './expression.ts';
import { nested, type Reading } from './reading.ts';
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
  lexer.identifier('the name of a set');
  if (lexer.skip('size')) lexer.name('a number');
  let key: Expression | undefined;
  let condition: Condition | null = null;
  nested(reading, () => {
    lexer.expect('{');
    lexer.skipNewlines();
    key = readExpression(reading);
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
  return update(reading, start, operation, key, condition);
}

const INTERVALS: ReadonlySet<string> = new Set(['range', 'prefix']);

function readOldForm(reading: Reading, start: number): SetUpdate {
  const { lexer } = reading;
  const operation = lexer.name('add or update') === 'delete' ? 'delete' : 'add';
  const key = readExpression(reading);
  const condition = readElementOptions(reading);
  lexer.expect('@');
  lexer.identifier('the name of a set');
  return update(reading, start, operation, key, condition);
}

function update(
  { lexer }: Reading,
  start: number,
  operation: SetUpdate['operation'],
  key: Expression | undefined,
  condition: Condition | null,
): SetUpdate {
  if (key === undefined) throw lexer.fail('expected the key of the set', 'give a part of the packet');
  return {
    kind: 'update',
    text: lexer.source.slice(start, lexer.previousEnd),
    operation,
    key,
    why: condition?.why ?? null,
  };
}
