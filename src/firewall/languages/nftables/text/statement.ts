import type { Expression, Operator, Statement } from '../syntax/syntax.ts';
import { extensionStatement } from '../quirks/xt.ts';
import { CT_STATUS } from '../../../model/match.ts';
import { ACTIONS } from './actions.ts';
import { readCondition } from './stateful-statements.ts';
import { readCollection, readExpression, readSource, startsExpression } from './expression.ts';
import type { Lexer } from './scan/lexer.ts';
import { nested, type Reading } from './scan/parser-state.ts';
import { isVerdictWord, readVerdict } from './verdicts.ts';
import { readBitList, readNumber, readValues } from './values.ts';

/** One statement of a rule. What begins like none of them takes the rest of the rule with it, as unknown. */
export function readStatement(reading: Reading): Statement {
  const { lexer } = reading;
  if (isVerdictWord(lexer)) return { kind: 'verdict', verdict: readVerdict(reading) };
  const action =
    lexer.kind === 'word' && Object.hasOwn(ACTIONS, lexer.text) ? ACTIONS[lexer.text]?.(reading) : undefined;
  if (action !== undefined) return action;
  const condition = readCondition(reading);
  if (condition !== undefined) {
    const { text, isTest, ...test } = condition;
    return isTest ? { kind: 'condition', text, ...test } : { kind: 'note', text };
  }
  if (lexer.is('xt') && lexer.isBeforeWord()) return readExtension(reading);
  return startsExpression(reading) ? readTest(reading) : readUnknown(reading);
}

/** `xt match "recent"`, `xt target "LOG"`. */
function readExtension(reading: Reading): Statement {
  const { lexer } = reading;
  const { start } = lexer;
  lexer.next();
  const kind = lexer.name('match or target');
  const name = lexer.name('the name of an extension');
  return extensionStatement(kind, name, lexer.source.slice(start, lexer.previousEnd));
}

/** A statement that begins with a part of the packet. */
function readTest(reading: Reading): Statement {
  const { lexer } = reading;
  const left = readExpression(reading);
  if (lexer.skip('vmap')) return { kind: 'vmap', key: left, data: readCollection(reading) };
  if (lexer.skip('set')) return { kind: 'assign', target: left, value: readAssigned(reading) };
  const operator = readOperator(reading);
  if (
    left.kind === 'ct' &&
    left.key === 'status' &&
    (operator === 'implicit' || operator === '!' || operator === '!=') &&
    !startsStatus(lexer)
  )
    return { kind: 'condition', text: 'ct status', reason: { code: 'translated-extension' } };
  return readRight(reading, left, operator);
}

/** Of iptables' `--ctstatus NONE` and `! --ctstatus NONE` nft lists no value. */
function startsStatus(lexer: Lexer): boolean {
  return (
    !isRuleEnd(lexer) &&
    (lexer.kind !== 'word' || /^\d/.test(lexer.text) || Object.hasOwn(CT_STATUS, lexer.text))
  );
}

function readAssigned(reading: Reading): Expression {
  const { lexer } = reading;
  const first = readSource(reading);
  // Several labels or events: `new,related`, and `0x1,0x4` with nft -n.
  const isNumber = first.kind === 'word' && first.text.startsWith('0x');
  const isName = first.kind === 'word' && /^[a-z]/i.test(first.text);
  while ((isName || isNumber) && lexer.skip(','))
    if (isNumber) readNumber(reading, 'a number of bits');
    else lexer.string('a name');
  return first;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '==': '==',
  eq: '==',
  '!=': '!=',
  ne: '!=',
  '<': '<',
  lt: '<',
  '>': '>',
  gt: '>',
  '<=': '<=',
  le: '<=',
  '>=': '>=',
  ge: '>=',
  '!': '!',
};

function readOperator({ lexer }: Reading): Operator {
  if (lexer.kind === 'quoted' || !Object.hasOwn(OPERATORS, lexer.text)) return 'implicit';
  const operator = OPERATORS[lexer.text] ?? 'implicit';
  lexer.next();
  return operator;
}

/** `syn / syn,ack` after `tcp flags` is `tcp flags & (syn | ack) == syn`. */
function readRight(reading: Reading, left: Expression, operator: Operator): Statement {
  const { lexer } = reading;
  const right = startsDynamic(reading)
    ? readExpression(reading)
    : startsNumbersOfMask(lexer)
      ? readBitList(reading)
      : readValues(reading);
  if (!lexer.is('/')) return { kind: 'match', left, operator, right };
  if (operator !== 'implicit' && operator !== '==' && operator !== '!=')
    throw lexer.fail(`a mask behind ${operator}`, 'use == or !=');
  if (left.kind !== 'ct' && !(left.kind === 'field' && left.name === 'flags'))
    throw lexer.fail('a mask of what is no set of bits', 'write a length behind the slash, or & MASK ==');
  lexer.next();
  const mask = readValues(reading);
  return {
    kind: 'match',
    left: { kind: 'binary', operator: '&', left, right: mask },
    operator: operator === 'implicit' ? '==' : operator,
    right,
  };
}

/** `0x2 / 0x2,0x10`, as nft -n lists flags: with a comma behind it the number after the slash is no length. */
function startsNumbersOfMask({ source, start }: Reading['lexer']): boolean {
  return NUMBERS_OF_MASK.test(source.slice(start, start + LONGEST_MASK));
}

const NUMBERS_OF_MASK = /^(?:0x[\da-f]+|\d+)(?:\s*,\s*(?:0x[\da-f]+|\d+))*\s*\/\s*(?:0x[\da-f]+|\d+)\s*,/;
const LONGEST_MASK = 500;

/** Newer versions of nft compare two parts of a packet; names of protocols are values here. */
function startsDynamic(reading: Reading): boolean {
  const { lexer } = reading;
  return (
    (lexer.is('meta') || lexer.is('ct') || lexer.is('fib') || lexer.is('numgen')) && startsExpression(reading)
  );
}

function readUnknown(reading: Reading): Statement {
  const { lexer } = reading;
  const { start } = lexer;
  if (lexer.kind !== 'word' || !STATEMENT_WORD.test(lexer.text))
    throw lexer.fail('expected a statement', 'write rules as nft list ruleset does');
  do skipToken(reading);
  while (!isRuleEnd(lexer));
  return {
    kind: 'unknown',
    text: lexer.source.slice(start, lexer.previousEnd),
    reason: { code: 'unsupported' },
  };
}

/** What a statement of some later nft may begin with. */
const STATEMENT_WORD = /^[a-z][a-z0-9_-]*$/;

/** A rule ends with its line, with the file, or with the chain it is written in. */
export function isRuleEnd(lexer: Lexer): boolean {
  return lexer.kind === 'separator' || lexer.kind === 'end' || lexer.is('}');
}

/** One token, or everything between two braces. */
export function skipToken(reading: Reading): void {
  const { lexer } = reading;
  if (!lexer.skip('{')) {
    lexer.next();
    return;
  }
  nested(reading, () => {
    while (!lexer.is('}')) {
      if (lexer.kind === 'end') throw lexer.fail('a brace is not closed', 'close it with "}"');
      skipToken(reading);
    }
    lexer.next();
  });
}
