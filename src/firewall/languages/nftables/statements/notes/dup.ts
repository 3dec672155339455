import { isObject } from '../../json/shape.ts';
import type { Note } from '../../syntax/syntax.ts';
import { readSource } from '../../text/expression.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { NOTE } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `dup to 10.0.0.1 device eth1`: sends a copy; the packet itself goes on. */
export const DUP: NftStatement<Note> = {
  ...NOTE,
  text: { dup: readDup },
  json: { dup: (content) => (isObject(content) ? { kind: 'note', text: 'dup' } : undefined) },
};

/** `dup to X [device Y]`, and `fwd` the same. */
export function readDup(state: ParserState): Note {
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  if (!lexer.skip('ip')) lexer.skip('ip6');
  lexer.expect('to');
  const at = lexer.start;
  if (readSource(state).kind === 'range')
    throw lexer.fail('a range, expected one address or device', 'give one address or device', at);
  if (lexer.skip('device')) readSource(state);
  return { kind: 'note', text: lexer.textFrom(start) };
}
