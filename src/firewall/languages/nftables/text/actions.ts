import { resetOption } from '../lower/select/reset-option.ts';
import { REJECT_CODES } from '../lower/reject-codes.ts';
import type { Statement } from '../syntax/syntax.ts';
import { readExpression, readSource, startsExpression } from './expression.ts';
import type { Lexer } from './scan/lexer.ts';
import { readNat } from './nat.ts';
import type { Reading } from './scan/parser-state.ts';
import { readUpdate } from './set-update.ts';
import { readConcat, readNumber } from './values.ts';
import type { Reason } from '../../../model/reason.ts';

type Reader = (reading: Reading) => Statement | undefined;

/** The statements that begin with a word of their own; a reader gives `undefined` where the word turns out to mean something else. */
export const ACTIONS: Readonly<Record<string, Reader>> = {
  reject: readReject,
  snat: (reading) => readNat(reading, 'snat'),
  dnat: (reading) => readNat(reading, 'dnat'),
  masquerade: (reading) => readNat(reading, 'masquerade'),
  redirect: (reading) => readNat(reading, 'redirect'),
  notrack: ({ lexer }) => {
    lexer.next();
    return { kind: 'notrack' };
  },
  queue: readQueue,
  log: readLog,
  comment: ({ lexer }) => {
    lexer.next();
    return { kind: 'note', text: `comment "${lexer.string('a comment')}"` };
  },
  counter: readNamed,
  limit: readNamed,
  quota: readNamed,
  synproxy: readSynproxy,
  add: readUpdate,
  update: readUpdate,
  delete: readUpdate,
  set: readUpdate,
  meter: readUpdate,
  flow: readFlow,
  dup: readDup,
  fwd: (reading) => unknownTo(reading, readDup, { code: 'other-interface' }),
  tproxy: (reading) => unknownTo(reading, (inner) => readNat(inner, 'dnat'), { code: 'transparent-proxy' }),
  reset: readReset,
  ct: readHelper,
};

/** `reject [with icmp|icmpv6|icmpx [type] X | with tcp reset]` */
function readReject({ lexer }: Reading): Statement {
  lexer.next();
  if (!lexer.skip('with')) return { kind: 'reject', type: null, code: null };
  const type = lexer.name('icmp, icmpv6, icmpx or tcp reset');
  if (type === 'tcp') {
    lexer.expect('reset');
    return { kind: 'reject', type: 'tcp reset', code: null };
  }
  if (type !== 'icmp' && type !== 'icmpv6' && type !== 'icmpx')
    throw lexer.fail(`not an answer: ${type}`, 'use icmp, icmpv6, icmpx or tcp reset');
  lexer.skip('type');
  const at = lexer.start;
  const code = lexer.name('the name of an ICMP code');
  if (!REJECT_CODES[type].some((known) => known === code) && !/^\d{1,3}$/.test(code))
    throw lexer.fail(`not a code of ${type}`, `use ${REJECT_CODES[type].join(', ')}`, at);
  return { kind: 'reject', type, code };
}

/** `queue [num 1-3] [bypass,fanout]`, `queue flags bypass to 1-3` */
function readQueue(reading: Reading): Statement {
  const { lexer } = reading;
  const { start } = lexer;
  lexer.next();
  const flags = () => {
    while (lexer.skip('bypass') || lexer.skip('fanout')) lexer.skip(',');
  };
  flags();
  if (lexer.skip('flags')) flags();
  if (lexer.skip('num') || lexer.skip('to')) {
    if (lexer.is('$') || startsExpression(reading)) readSource(reading);
    else readNumber(reading, 'a queue');
    if (lexer.skip('-')) readNumber(reading, 'a queue');
  }
  flags();
  return { kind: 'queue', text: lexer.source.slice(start, lexer.previousEnd) };
}

/** `log prefix "…" level warn group 2 snaplen 10 queue-threshold 5 flags tcp sequence,options` */
function readLog(reading: Reading): Statement {
  const { lexer } = reading;
  const { start } = lexer;
  lexer.next();
  for (;;) {
    if (lexer.skip('prefix')) {
      if (lexer.is('$')) lexer.next();
      lexer.string('a prefix');
    } else if (lexer.skip('level')) {
      if (!LOG_LEVELS.includes(lexer.text))
        throw lexer.fail('not a level of log', `use ${LOG_LEVELS.join(', ')}`);
      lexer.next();
    } else if (['group', 'snaplen', 'queue-threshold'].some((option) => lexer.skip(option)))
      readNumber(reading, 'a number');
    else if (lexer.skip('flags')) {
      if (lexer.skip('tcp')) {
        do oneOf(lexer, ['sequence', 'options']);
        while (lexer.skip(','));
      } else if (lexer.skip('ip')) oneOf(lexer, ['options']);
      else oneOf(lexer, ['skuid', 'ether', 'all']);
    } else return { kind: 'note', text: lexer.source.slice(start, lexer.previousEnd) };
  }
}

const LOG_LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug', 'audit'];

function oneOf(lexer: Lexer, words: readonly string[]): void {
  if (!words.some((word) => lexer.skip(word)))
    throw lexer.fail('not a flag of log', `use ${words.join(', ')}`);
}

/** `counter name X`, `limit name X`, `quota name X`, where X may be what a map gives. */
function readNamed(reading: Reading): Statement | undefined {
  const { lexer } = reading;
  const { start, text: kind } = lexer;
  if (lexer.peek().text !== 'name') return undefined;
  lexer.next();
  lexer.next();
  const isMap = startsExpression(reading);
  const at = lexer.start;
  const source = isMap ? readSource(reading) : readConcat(reading);
  if (source.kind !== 'word' && source.kind !== 'map')
    throw lexer.fail(`not the name of a ${kind}`, 'give one name, or a map that gives it', at);
  const text = lexer.source.slice(start, lexer.previousEnd);
  if (kind !== 'counter') return { kind: 'condition', text, reason: { code: 'earlier-packets' } };
  return source.kind === 'map'
    ? { kind: 'lookup', text, key: source.key, data: source.data }
    : { kind: 'note', text };
}

function readSynproxy(reading: Reading): Statement {
  return unknownTo(
    reading,
    ({ lexer }) => {
      lexer.next();
      if (lexer.skip('name')) lexer.name('a name');
      while (lexer.skip('timestamp') || lexer.skip('sack-perm') || lexer.is('mss') || lexer.is('wscale')) {
        if (lexer.skip('mss') || lexer.skip('wscale')) readNumber(reading, 'a number');
      }
    },
    { code: 'answers-for-server' },
  );
}

/** Takes established connections past the rules: their first packet is what is asked about. */
function readFlow({ lexer }: Reading): Statement {
  const { start } = lexer;
  lexer.next();
  lexer.name('add');
  lexer.expect('@');
  lexer.identifier('the name of a flowtable');
  return { kind: 'note', text: lexer.source.slice(start, lexer.previousEnd) };
}

/** `dup to X [device Y]`: the packet itself goes on. */
function readDup(reading: Reading): Statement {
  const { lexer } = reading;
  const { start } = lexer;
  lexer.next();
  if (!lexer.skip('ip')) lexer.skip('ip6');
  lexer.expect('to');
  const at = lexer.start;
  if (readSource(reading).kind === 'range')
    throw lexer.fail('a range, where packets go to one place', 'give one address or device', at);
  if (lexer.skip('device')) readSource(reading);
  return { kind: 'note', text: lexer.source.slice(start, lexer.previousEnd) };
}

/** `reset tcp option sack` */
function readReset(reading: Reading): Statement {
  const { lexer } = reading;
  const { start } = lexer;
  lexer.next();
  if (!lexer.is('tcp') || lexer.peek().text !== 'option')
    throw lexer.fail('nothing that a rule resets', 'write tcp option and its name');
  const option = readExpression(reading);
  return resetOption(option, lexer.source.slice(start, lexer.previousEnd));
}

/** `ct helper set "ftp"` and its like name an object; other keys of `ct` are read as an expression. */
function readHelper({ lexer }: Reading): Statement | undefined {
  const { start } = lexer;
  const key = lexer.peek().text;
  if (key !== 'timeout' && key !== 'expectation') return undefined;
  lexer.next();
  lexer.next();
  lexer.expect('set');
  lexer.name('the name of an object');
  return { kind: 'note', text: lexer.source.slice(start, lexer.previousEnd) };
}

function unknownTo(reading: Reading, read: (reading: Reading) => unknown, reason: Reason): Statement {
  const { start, source } = reading.lexer;
  read(reading);
  return { kind: 'unknown', text: source.slice(start, reading.lexer.previousEnd), reason };
}
