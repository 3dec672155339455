import type { Condition, Note } from '../../syntax/syntax.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { NOTE } from '../forms.ts';
import type { JsonReader, NftStatement } from '../statement.ts';

const OBJECTS = ['helper', 'timeout', 'expectation'] as const;

/**
 * `ct timeout set "name"` and its like: gives the connection an object of the table. An expectation goes to a new connection of its
 * protocol only: for any other packet the rule ends.
 */
export const CONNTRACK_OBJECT: NftStatement<Note> = {
  ...NOTE,
  text: { ct: readObject },
  json: Object.fromEntries(
    OBJECTS.map((object): [string, JsonReader] => [
      `ct ${object}`,
      (name) => (typeof name === 'string' ? given(object, `ct ${object} set "${name}"`) : undefined),
    ]),
  ),
};

/** `ct helper` is a part of the packet as well, and read as one. */
function readObject({ lexer }: ParserState): Note | Condition | undefined {
  const { start } = lexer;
  const key = lexer.peek().text;
  if (key !== 'timeout' && key !== 'expectation') return undefined;
  lexer.next();
  lexer.next();
  lexer.expect('set');
  lexer.name('the name of an object');
  return given(key, lexer.textFrom(start));
}

function given(object: (typeof OBJECTS)[number], text: string): Note | Condition {
  return object === 'expectation'
    ? { kind: 'condition', text, reason: { code: 'connection-history' } }
    : { kind: 'note', text };
}
