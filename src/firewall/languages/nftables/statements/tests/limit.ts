import { isObject, textOf } from '../../json/shape.ts';
import type { KnownOfTest } from '../../../../model/match.ts';
import type { Condition, Statement } from '../../syntax/syntax.ts';
import { limitKnown, USUAL_BURST } from '../../lower/counting.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { expectUnit, BYTE_UNITS } from '../../text/units.ts';
import { readNumber } from '../../text/values.ts';
import { CONDITION } from '../forms.ts';
import type { NftStatement } from '../statement.ts';
import { readJsonNamed, readNamed } from './object-map.ts';

/** `limit rate 10/second`, `limit name X` */
export const LIMIT: NftStatement<Condition> = {
  ...CONDITION,
  isStateful: true,
  text: { limit: readLimit },
  json: { limit: readJson },
};

/** `limit rate [over] 10[ mbytes]/second [burst 5 packets]` */
function readLimit(state: ParserState): Statement {
  const named = readNamed(state, 'limit');
  if (named !== undefined) return named;
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  lexer.expect('rate');
  const isOver = lexer.skip('over');
  if (!isOver) lexer.skip('until');
  const { start: at } = lexer;
  const rate = readNumber(state, 'a rate');
  if (rate === 0) throw lexer.fail('a rate of 0', 'give 1 or more', at);
  const isOfPackets = lexer.skip('/');
  const [unit = ''] = lexer.text.split('/');
  if (isOfPackets) expectUnit(lexer, TIME_UNITS, 'a unit of time');
  else if (lexer.peek().text === '/') {
    expectUnit(lexer, BYTE_UNITS, 'a unit of bytes');
    lexer.next();
    expectUnit(lexer, TIME_UNITS, 'a unit of time');
  } else expectUnit(lexer, BYTE_RATES, 'a rate');
  let burst = USUAL_BURST;
  if (lexer.skip('burst')) {
    burst = readNumber(state, 'a burst');
    expectUnit(lexer, ['packets', ...BYTE_UNITS], 'packets or a unit of bytes');
  }
  return condition(lexer.textFrom(start), limitKnown(isOver, rate, isOfPackets ? null : unit, burst));
}

const TIME_UNITS = ['second', 'minute', 'hour', 'day', 'week'];

/** One word to nft. */
const BYTE_RATES = BYTE_UNITS.flatMap((bytes) => TIME_UNITS.map((time) => `${bytes}/${time}`));

function readJson(content: unknown): Statement | undefined {
  if (!isObject(content) || 'map' in content) return readJsonNamed(content, 'limit');
  const word = (key: string): string => textOf(content[key]) ?? '';
  const isOver = content.inv === true;
  const isOfPackets = (content.rate_unit ?? 'packets') === 'packets';
  const usualBurst = isOfPackets ? USUAL_BURST : 0;
  const hasBurst = content.burst !== undefined && content.burst !== usualBurst;
  const rate = `${isOver ? 'over ' : ''}${word('rate')}${isOfPackets ? '' : ` ${word('rate_unit')}`}`;
  const burst = hasBurst ? ` burst ${word('burst')} ${isOfPackets ? 'packets' : word('burst_unit')}` : '';
  const text = `limit rate ${rate}/${word('per')}${burst}`;
  if (!('rate' in content)) return condition(text);
  const count = Number(content.rate);
  return condition(
    text,
    limitKnown(isOver, count, isOfPackets ? null : word('rate_unit'), Number(content.burst ?? USUAL_BURST)),
  );
}

function condition(text: string, knownOfIt?: KnownOfTest): Condition {
  return {
    kind: 'condition',
    text,
    reason: { code: 'earlier-packets' },
    counter: 'own',
    ...(knownOfIt === undefined ? {} : { known: knownOfIt }),
  };
}
