import type { Expression } from '../syntax/syntax.ts';
import { readElements } from './blocks/set-elements.ts';
import { define, type Reading } from './scan/parser-state.ts';
import { readValues } from './values.ts';

/** `define`, `redefine`, `undefine` and `include`, which may stand between commands, in tables and in chains. */
export function readCommon(reading: Reading): boolean {
  const { lexer } = reading;
  if (lexer.is('include')) {
    throw lexer.fail(
      'an include, which this program does not follow',
      'give the output of nft list ruleset instead',
    );
  }
  if (lexer.is('undefine')) {
    lexer.next();
    define(reading, lexer.name('the name of a variable'), null);
    return true;
  }
  if (!lexer.is('define') && !lexer.is('redefine')) return false;
  lexer.next();
  const name = lexer.name('the name of a variable');
  lexer.expect('=');
  define(reading, name, readDefinition(reading));
  return true;
}

/** A value, a set, or a negative number for a priority. */
function readDefinition(reading: Reading): Expression {
  const { lexer } = reading;
  if (lexer.is('{')) return { kind: 'set', elements: readElements(reading).elements };
  const at = lexer.start;
  if (!lexer.skip('-')) return readValues(reading);
  return { kind: 'word', text: `-${lexer.name('a number')}`, at };
}
