import type { SetDraft } from '../../syntax/table-builder.ts';
import { isKnownType } from '../../syntax/known-types.ts';
import { skipLine } from './chain-block.ts';
import { startsExpression } from '../expression.ts';
import type { ParserState } from '../scan/parser-state.ts';
import { isReserved } from '../scan/reserved-words.ts';
import { readNumber } from '../values.ts';

/** One property of a set; false where none begins here. A value of a later version makes the set uncertain. */
export function readHeadLine(state: ParserState, set: SetDraft, isMap: boolean): boolean {
  const { lexer } = state;
  switch (lexer.text) {
    case 'type':
      readTypes(state, set, isMap);
      return true;
    case 'typeof':
      lexer.next();
      if (!lexer.is('@') && (lexer.kind !== 'word' || /^\d/.test(lexer.text)))
        throw lexer.fail('expected a part of a packet', 'give one such as ip saddr');
      if (!startsExpression(state)) set.uncertainty ??= { code: 'unsupported' };
      skipLine(lexer);
      return true;
    case 'flags':
      lexer.next();
      do {
        set.isInterval ||= lexer.is('interval');
        flag(state);
      } while (lexer.skip(','));
      return true;
    case 'timeout':
    case 'gc-interval': {
      const isTimeout = lexer.is('timeout');
      lexer.next();
      if (lexer.kind !== 'word' || !/^\d+m?[dhms]/.test(lexer.text))
        throw lexer.fail('expected a time', 'write it such as 1h30m');
      set.isTimed ||= isTimeout && /[1-9]/.test(lexer.text);
      lexer.next();
      return true;
    }
    case 'size':
      lexer.next();
      set.size = readNumber(state, 'a number of elements');
      return true;
    case 'policy':
      lexer.next();
      if (!lexer.skip('memory')) lexer.expect('performance');
      return true;
    case 'auto-merge':
      lexer.next();
      return true;
    case 'comment':
      lexer.next();
      lexer.string('a comment');
      return true;
    default:
      return false;
  }
}

/** `type ipv4_addr . inet_service : verdict` */
function readTypes(state: ParserState, set: SetDraft, isMap: boolean): void {
  const { lexer } = state;
  lexer.next();
  readConcatenation(state, set);
  if (!isMap) return;
  lexer.expect(':');
  if (lexer.is('ct')) {
    // `ct helper` and its like: objects, which decide nothing.
    skipLine(lexer);
    return;
  }
  lexer.skip('interval');
  readConcatenation(state, set);
}

/** What is in a set of types of a later version is not known. */
function readConcatenation({ lexer }: ParserState, set: SetDraft): void {
  const types: string[] = [];
  do {
    const isType = lexer.kind === 'word' && (TYPE_WORDS.has(lexer.text) || !isReserved(lexer.text));
    if (!isType) throw lexer.fail('expected a type', 'give one such as ipv4_addr');
    types.push(lexer.string('a type'));
  } while (lexer.skip('.'));
  if (!types.every(isKnownType)) set.uncertainty ??= { code: 'unsupported' };
}

/** Reserved elsewhere: the type of marks, and what maps give besides values. */
const TYPE_WORDS: ReadonlySet<string> = new Set(['mark', 'counter', 'quota', 'limit']);

function flag({ lexer }: ParserState): void {
  if (!FLAGS.has(lexer.text)) throw lexer.fail('not a flag of a set', `use ${[...FLAGS].join(', ')}`);
  lexer.next();
}

const FLAGS: ReadonlySet<string> = new Set(['constant', 'interval', 'timeout', 'dynamic']);
