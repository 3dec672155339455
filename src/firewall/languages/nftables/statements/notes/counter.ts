import { isObject } from '../../json/shape.ts';
import type { Note, Statement } from '../../syntax/syntax.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { readNumber } from '../../text/values.ts';
import { NOTE } from '../forms.ts';
import type { NftStatement } from '../statement.ts';
import { readJsonNamed, readNamed } from '../tests/object-map.ts';

/** `counter packets 0 bytes 0`, `counter name X`, `counter name tcp dport map @m` */
export const COUNTER: NftStatement<Note> = {
  ...NOTE,
  isStateful: true,
  text: { counter: (state) => readNamed(state, 'counter') ?? readPlain(state) },
  json: { counter: readJson },
};

/** How much it has counted says nothing of the rule. */
function readPlain(state: ParserState): Note {
  const { lexer } = state;
  lexer.next();
  if (lexer.skip('packets')) readNumber(state, 'a number of packets');
  if (lexer.skip('bytes')) readNumber(state, 'a number of bytes');
  return { kind: 'note', text: 'counter' };
}

function readJson(content: unknown): Statement | undefined {
  const isNamed = typeof content === 'string' || (isObject(content) && 'map' in content);
  return isNamed ? readJsonNamed(content, 'counter') : { kind: 'note', text: 'counter' };
}
