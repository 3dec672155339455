import type { Expression } from '../syntax/syntax.ts';
import { define, type ParserState } from './scan/parser-state.ts';
import { readElements, readValues } from './values.ts';

/** `define`, `redefine`, `undefine` and `include`, which may be between commands, in tables and in chains. */
export function readCommon(state: ParserState): boolean {
  const { lexer } = state;
  if (lexer.is('include')) {
    throw lexer.fail(
      'an include statement, which this program does not read',
      'give the output of nft list ruleset instead',
    );
  }
  if (lexer.is('undefine')) {
    lexer.next();
    define(state, lexer.name('the name of a variable'), null);
    return true;
  }
  if (!lexer.is('define') && !lexer.is('redefine')) return false;
  lexer.next();
  const name = lexer.name('the name of a variable');
  lexer.expect('=');
  define(state, name, readDefinition(state));
  return true;
}

/** A value, a set, or a negative number for a priority. */
function readDefinition(state: ParserState): Expression {
  const { lexer } = state;
  if (lexer.is('{')) return { kind: 'set', elements: readElements(state).elements };
  const at = lexer.start;
  if (!lexer.skip('-')) return readValues(state);
  return { kind: 'word', text: `-${lexer.name('a number')}`, at };
}
