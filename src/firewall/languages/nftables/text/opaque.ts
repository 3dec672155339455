import type { Expression, HeaderOption, Opaque } from '../syntax/syntax.ts';
import type { Lexer } from './scan/lexer.ts';
import type { ParserState } from './scan/parser-state.ts';
import { isReserved } from './scan/reserved-words.ts';
import { readNumber } from './values.ts';
import type { Reason } from '../../../model/reason.ts';

const LEADS: ReadonlySet<string> = new Set([
  'socket',
  'rt',
  'osf',
  'ipsec',
  'numgen',
  'jhash',
  'symhash',
  'xfrm',
]);

/** Whether a value that a packet does not show can begin here. */
export function startsOpaque(lexer: Lexer): boolean {
  return LEADS.has(lexer.text) && lexer.isBeforeWord();
}

/** A value that a packet does not show; `undefined` where none begins here. `readInner` reads the expression that one may contain. */
export function readOpaque(
  state: ParserState,
  readInner: (state: ParserState) => Expression,
): Opaque | undefined {
  const { lexer } = state;
  const { start, text: lead } = lexer;
  switch (lead) {
    case 'socket':
      lexer.next();
      if (lexer.name('a property of the socket') === 'cgroupv2') {
        lexer.expect('level');
        readNumber(state, 'a level');
      }
      return done(lexer, start, { code: 'sockets' });
    case 'osf':
      lexer.next();
      if (lexer.skip('ttl')) lexer.name('loose or skip');
      lexer.name('name or version');
      return done(lexer, start, { code: 'payload' });
    case 'rt':
      lexer.next();
      if (!lexer.skip('ip')) lexer.skip('ip6');
      return lexer.name('a property of the route') === 'ipsec'
        ? done(lexer, start, { code: 'ipsec' })
        : done(lexer, start, { code: 'routing' });
    case 'ipsec':
      return readIpsec(state, start);
    case 'numgen':
      lexer.next();
      if (!lexer.skip('inc')) lexer.expect('random');
      return readModulus(state, start);
    case 'symhash':
      lexer.next();
      return readModulus(state, start);
    case 'jhash': {
      lexer.next();
      const of = readInner(state);
      return { ...readModulus(state, start), modulus: undefined, of };
    }
    default:
      return undefined;
  }
}

/**
 * `tcp option maxseg size`, `sctp chunk data`, after the header's name. An option without a name is a number,
 * its raw bits are `@255,8,8`.
 */
export function readOption(state: ParserState, header: string, start: number): Opaque {
  const { lexer } = state;
  lexer.next();
  let isField = true;
  if (lexer.skip('@')) {
    readNumber(state, 'the kind of the option');
    lexer.expect(',');
    readNumber(state, 'an offset in bits');
    lexer.expect(',');
    readNumber(state, 'a length in bits');
  } else {
    if (isReserved(lexer.text) || !/^(?:\d+|[a-z][a-z\d-]*)$/.test(lexer.text))
      throw lexer.fail('not the name of an option', 'write it as nft(8) names it');
    lexer.name('the name of the option');
    isField = lexer.kind === 'word' && OPTION_FIELDS.has(lexer.text);
    if (isField) lexer.next();
  }
  const option = done(
    lexer,
    start,
    OPTION_REASONS[header] ?? { code: 'header-field' },
    OPTION_PROTOCOLS[header],
  );
  return isOptionHeader(header)
    ? { ...option, option: { header, tests: isField ? 'field' : 'presence' } }
    : option;
}

function isOptionHeader(header: string): header is HeaderOption['header'] {
  return header === 'ip' || header === 'tcp' || header === 'sctp' || header === 'dccp';
}

const OPTION_REASONS: Readonly<Record<string, Reason>> = {
  tcp: { code: 'tcp-options' },
  sctp: { code: 'payload' },
};
const OPTION_PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, dccp: 33, sctp: 132 };

/** Fields of options: another word after an option's name is the value that it is compared with. */
const OPTION_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'kind',
    'length',
    'size',
    'count',
    'left',
    'right',
    'tsval',
    'tsecr',
    'type',
    'flags',
    'tsn',
    'stream',
    'ssn',
    'ppid',
  ],
  ...[
    'init-tag',
    'a-rwnd',
    'num-outbound-streams',
    'num-inbound-streams',
    'initial-tsn',
    'cum-tsn-ack',
    'num-gap-ack-blocks',
  ],
  ...[
    'num-dup-tsns',
    'lowest-tsn',
    'seqno',
    'new-cum-tsn',
    'ptr',
    'addr',
    'value',
    'mptcp-subtype',
    'subtype',
  ],
]);

/** `ipsec in [spnum 0] [ip] reqid` */
function readIpsec(state: ParserState, start: number): Opaque {
  const { lexer } = state;
  lexer.next();
  lexer.name('in or out');
  if (lexer.skip('spnum')) readNumber(state, 'a number');
  if (!lexer.skip('ip')) lexer.skip('ip6');
  lexer.name('a property of the policy');
  return done(lexer, start, { code: 'ipsec' });
}

/** `mod 2 [seed 0x1] [offset 10]` */
function readModulus(state: ParserState, start: number): Opaque {
  const { lexer } = state;
  lexer.expect('mod');
  const at = lexer.start;
  const modulus = readNumber(state, 'a modulus');
  if (modulus === 0) throw lexer.fail('a modulus of 0', 'give 1 or more', at);
  if (lexer.skip('seed')) lexer.name('a seed');
  const isMoved = lexer.skip('offset');
  if (isMoved) readNumber(state, 'an offset');
  return { ...done(lexer, start, { code: 'chance' }), modulus: isMoved ? undefined : modulus };
}

function done(lexer: Lexer, start: number, reason: Reason, protocol?: number): Opaque {
  return { kind: 'opaque', text: lexer.textFrom(start), reason, protocol };
}
