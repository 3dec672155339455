import { isObject, textOf } from '../../json/shape.ts';
import type { KnownOfTest } from '../../../../model/match.ts';
import type { Condition } from '../../syntax/syntax.ts';
import { readNamedObject } from '../../text/named-object.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { expectUnit, BYTE_UNITS } from '../../text/units.ts';
import { readNumber } from '../../text/values.ts';
import { CONDITION } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `limit rate 10/second`, `limit name X` */
export const LIMIT: NftStatement<Condition> = {
  ...CONDITION,
  isStateful: true,
  text: { limit: readLimit },
  json: { limit: readJson },
};

/** `limit rate [over] 10[ mbytes]/second [burst 5 packets]` */
function readLimit(state: ParserState): Condition {
  const named = readNamedObject(state);
  if (named !== undefined) return condition(named.text);
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
  return condition(lexer.textFrom(start), isOfPackets ? known(isOver, rate, burst) : undefined);
}

const TIME_UNITS = ['second', 'minute', 'hour', 'day', 'week'];

/** One word to nft. */
const BYTE_RATES = BYTE_UNITS.flatMap((bytes) => TIME_UNITS.map((time) => `${bytes}/${time}`));

function readJson(content: unknown): Condition {
  if (!isObject(content)) return condition(`limit name "${textOf(content) ?? ''}"`);
  const word = (key: string): string => textOf(content[key]) ?? '';
  const isOver = content.inv === true;
  const isOfPackets = (content.rate_unit ?? 'packets') === 'packets';
  const usualBurst = isOfPackets ? USUAL_BURST : 0;
  const hasBurst = content.burst !== undefined && content.burst !== usualBurst;
  const rate = `${isOver ? 'over ' : ''}${word('rate')}${isOfPackets ? '' : ` ${word('rate_unit')}`}`;
  const burst = hasBurst ? ` burst ${word('burst')} ${isOfPackets ? 'packets' : word('burst_unit')}` : '';
  const isKnown = isOfPackets && 'rate' in content;
  return condition(
    `limit rate ${rate}/${word('per')}${burst}`,
    isKnown ? known(isOver, Number(content.rate), Number(content.burst ?? USUAL_BURST)) : undefined,
  );
}

/** A packet that comes alone passes a rate of packets; a rate of bytes may be less than a single packet has. */
function known(isOver: boolean, rate: number, burst: number): KnownOfTest {
  return { ifPlain: !isOver, burst, ...(rate <= MAX_SENT ? { isEither: true } : {}) };
}

/** Whoever wants to exceed a limit sends as many packets in a unit of time. */
const MAX_SENT = 10_000;

const USUAL_BURST = 5;

function condition(text: string, knownOfIt?: KnownOfTest): Condition {
  return {
    kind: 'condition',
    text,
    reason: { code: 'earlier-packets' },
    ...(knownOfIt === undefined ? {} : { known: knownOfIt }),
  };
}
