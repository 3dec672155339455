import type { Reading } from './scan/parser-state.ts';
import { readNumber } from './values.ts';
import type { Reason } from '../../../model/reason.ts';

/** A statement with a memory; `isTest` when it may end the rule. */
export interface Condition {
  readonly text: string;
  readonly reason: Reason;
  readonly isTest: boolean;
  /** Of a limit: whether it holds for a packet that comes alone. */
  readonly ifAlone?: boolean;
}

/** `counter`, `last`, `limit`, `quota`, `ct count`: in a rule, in a set element or in a set's declaration. */
export function readCondition(reading: Reading): Condition | undefined {
  const { lexer } = reading;
  if (lexer.kind !== 'word') return undefined;
  const { start } = lexer;
  switch (lexer.text) {
    case 'counter':
      lexer.next();
      if (lexer.skip('packets')) readNumber(reading, 'a number of packets');
      if (lexer.skip('bytes')) readNumber(reading, 'a number of bytes');
      return done(reading, start, false, { code: 'earlier-packets' });
    case 'last':
      lexer.next();
      if (lexer.skip('used')) lexer.name('a time');
      return done(reading, start, false, { code: 'earlier-packets' });
    case 'limit':
      return readLimit(reading, start);
    case 'quota':
      lexer.next();
      if (!lexer.skip('over')) lexer.skip('until');
      readNumber(reading, 'a number of bytes');
      unit(reading, BYTE_UNITS, 'a unit of bytes');
      if (lexer.skip('used')) {
        readNumber(reading, 'a number of bytes');
        unit(reading, BYTE_UNITS, 'a unit of bytes');
      }
      return done(reading, start, true, { code: 'earlier-packets' });
    case 'ct':
      if (lexer.peek().text !== 'count') return undefined;
      lexer.next();
      lexer.next();
      return readCount(reading, start);
    default:
      return undefined;
  }
}

/** What may follow an element of a set: `timeout 1h expires 59m counter packets 0 bytes 0 comment "…"`; the test among it. */
export function readElementOptions(reading: Reading): Condition | null {
  const { lexer } = reading;
  let test: Condition | null = null;
  for (;;) {
    lexer.skipNewlines();
    if (lexer.skip('timeout') || lexer.skip('expires')) {
      if (!/^(?:\d+(?:ms|[wdhms]))+$/.test(lexer.text))
        throw lexer.fail('expected a time', 'write it such as 1h30m');
      lexer.next();
    } else if (lexer.skip('comment')) lexer.name('a comment');
    else {
      const read = readCondition(reading);
      if (read === undefined) return test;
      if (read.isTest) test = read;
    }
  }
}

/** `limit rate [over] 10[ mbytes]/second [burst 5 packets]` */
function readLimit(reading: Reading, start: number): Condition {
  const { lexer } = reading;
  lexer.next();
  lexer.expect('rate');
  const isOver = lexer.skip('over');
  if (!isOver) lexer.skip('until');
  const { start: at } = lexer;
  if (readNumber(reading, 'a rate') === 0) throw lexer.fail('a rate of 0', 'give 1 or more', at);
  // A rate of bytes may be less than a single packet has.
  const isOfPackets = lexer.skip('/');
  if (isOfPackets) unit(reading, TIME_UNITS, 'a unit of time');
  else if (lexer.peek().text === '/') {
    unit(reading, BYTE_UNITS, 'a unit of bytes');
    lexer.next();
    unit(reading, TIME_UNITS, 'a unit of time');
  } else unit(reading, BYTE_RATES, 'a rate');
  if (lexer.skip('burst')) {
    readNumber(reading, 'a burst');
    unit(reading, ['packets', ...BYTE_UNITS], 'packets or a unit of bytes');
  }
  const test = done(reading, start, true, { code: 'earlier-packets' });
  return isOfPackets ? { ...test, ifAlone: !isOver } : test;
}

/** `ct count [over] 20`: the connection of the packet counts. */
function readCount(reading: Reading, start: number): Condition {
  const isOver = reading.lexer.skip('over');
  const most = readNumber(reading, 'a number of connections');
  return { ...done(reading, start, true, { code: 'connection-count' }), ifAlone: most >= 1 !== isOver };
}

const TIME_UNITS = ['second', 'minute', 'hour', 'day', 'week'];
const BYTE_UNITS = ['bytes', 'kbytes', 'mbytes'];
/** One word to nft. */
const BYTE_RATES = BYTE_UNITS.flatMap((bytes) => TIME_UNITS.map((time) => `${bytes}/${time}`));

function unit({ lexer }: Reading, known: readonly string[], what: string): void {
  if (!known.includes(lexer.text)) throw lexer.fail(`expected ${what}`, `use ${known.join(', ')}`);
  lexer.next();
}

function done({ lexer }: Reading, start: number, isTest: boolean, reason: Reason): Condition {
  return { text: lexer.source.slice(start, lexer.previousEnd).replace(COUNTS, ''), reason, isTest };
}

const COUNTS = / packets \d+ bytes \d+/;
