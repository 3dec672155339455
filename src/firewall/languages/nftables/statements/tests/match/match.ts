import { CT_STATUS, unknown } from '../../../../../model/match.ts';
import { readExpression as readJsonExpression } from '../../../json/expression.ts';
import { isObject } from '../../../json/shape.ts';
import type { TableContext } from '../../../lower/context.ts';
import { tests, type Lowered } from '../../../lower/lowered.ts';
import { coverageOf } from '../../../quirks/iptables-nft-listing.ts';
import { OPERATORS } from '../../../syntax/operators.ts';
import type { Expression, Operator, Relation, Statement } from '../../../syntax/syntax.ts';
import { readExpression, startsExpression } from '../../../text/expression.ts';
import type { Lexer } from '../../../text/scan/lexer.ts';
import type { ParserState } from '../../../text/scan/parser-state.ts';
import { readBitList, readValues } from '../../../text/values.ts';
import type { NftStatement } from '../../statement.ts';
import { formatRelation } from './format-relation.ts';
import { relationMatches } from './lower-relation.ts';

/** `tcp dport 22`, `ip saddr != 10.0.0.0/8`: a test. */
export const MATCH: NftStatement<Relation> = {
  kind: 'match',
  textAfterKey: { '': readRelation },
  json: { match: readJson },
  lower,
  format: formatRelation,
};

function readRelation(state: ParserState, left: Expression): Statement {
  const { lexer } = state;
  const operator = readOperator(state);
  if (
    left.kind === 'ct' &&
    left.key === 'status' &&
    (operator === 'implicit' || operator === '!' || operator === '!=') &&
    !startsStatus(lexer)
  )
    return { kind: 'condition', text: 'ct status', reason: { code: 'translated-extension' } };
  if (left.kind === 'ct' && left.key === 'expiration' && hasLostTime(lexer))
    return { kind: 'condition', text: 'ct expiration', reason: { code: 'connection-history' } };
  return readRight(state, left, operator);
}

/** nft 1.0.6 lists a time of 0 seconds as nothing. */
function hasLostTime(lexer: Lexer): boolean {
  return lexer.isAtRuleEnd() || (lexer.kind === 'word' && !/^\d/.test(lexer.text));
}

/** nft lists iptables' `--ctstatus NONE` and `! --ctstatus NONE` without a value. */
function startsStatus(lexer: Lexer): boolean {
  return (
    !lexer.isAtRuleEnd() &&
    (lexer.kind !== 'word' || /^\d/.test(lexer.text) || Object.hasOwn(CT_STATUS, lexer.text))
  );
}

function readOperator({ lexer }: ParserState): Operator {
  const operator = lexer.kind === 'quoted' ? undefined : OPERATORS.get(lexer.text);
  if (operator === undefined) return 'implicit';
  lexer.next();
  return operator;
}

/** `syn / syn,ack` after `tcp flags` is `tcp flags & (syn | ack) == syn`. */
function readRight(state: ParserState, left: Expression, operator: Operator): Statement {
  const { lexer } = state;
  const right = startsDynamic(state)
    ? readExpression(state)
    : startsNumbersOfMask(lexer)
      ? readBitList(state)
      : readValues(state);
  if (!lexer.is('/')) return { kind: 'match', left, operator, right };
  if (operator !== 'implicit' && operator !== '==' && operator !== '!=')
    throw lexer.fail(`a mask after ${operator}`, 'use == or !=');
  if (left.kind !== 'ct' && !(left.kind === 'field' && left.name === 'flags'))
    throw lexer.fail(
      'a mask on a type without bit flags',
      'put a length after the slash, or write & MASK ==',
    );
  lexer.next();
  const mask = readValues(state);
  return {
    kind: 'match',
    left: { kind: 'binary', operator: '&', left, right: mask },
    operator: operator === 'implicit' ? '==' : operator,
    right,
  };
}

/** `0x2 / 0x2,0x10`, as nft -n lists flags: where a comma follows, the number after the slash is not a length. */
function startsNumbersOfMask({ source, start }: ParserState['lexer']): boolean {
  return NUMBERS_OF_MASK.test(source.slice(start, start + MAX_MASK));
}

const NUMBERS_OF_MASK = /^(?:0x[\da-f]+|\d+)(?:\s*,\s*(?:0x[\da-f]+|\d+))*\s*\/\s*(?:0x[\da-f]+|\d+)\s*,/;
const MAX_MASK = 500;

/** Newer versions of nft compare two parts of a packet; names of protocols are values here. */
function startsDynamic(state: ParserState): boolean {
  const { lexer } = state;
  return (
    (lexer.is('meta') || lexer.is('ct') || lexer.is('fib') || lexer.is('numgen')) && startsExpression(state)
  );
}

function readJson(content: unknown): Relation | undefined {
  if (!isObject(content) || typeof content.op !== 'string') return undefined;
  const { op, left, right } = content;
  const operator = op === 'in' ? 'implicit' : OPERATORS.get(op);
  return operator === undefined || (operator !== op && op !== 'in')
    ? undefined
    : { kind: 'match', left: readJsonExpression(left), operator, right: readJsonExpression(right) };
}

function lower(relation: Relation, context: TableContext): Lowered {
  const coverage = context.isIptablesListing ? coverageOf(relation, context.table.family) : 'exact';
  if (coverage === 'exact') return tests(...relationMatches(relation, context));
  const rest = unknown(formatRelation(relation), { code: 'translated-extension' });
  return coverage === 'unknown' ? tests(rest) : tests(...relationMatches(relation, context), rest);
}
