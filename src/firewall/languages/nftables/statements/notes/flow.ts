import { isObject, textOf } from '../../json/shape.ts';
import type { Note } from '../../syntax/syntax.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { NOTE } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `flow add @f`: takes established connections past the rules, whose first packet has passed them. */
export const FLOW: NftStatement<Note> = {
  ...NOTE,
  text: { flow: readFlow },
  json: {
    flow: (content) =>
      isObject(content) ? { kind: 'note', text: `flow add ${textOf(content.flowtable) ?? ''}` } : undefined,
  },
};

function readFlow({ lexer }: ParserState): Note {
  const { start } = lexer;
  lexer.next();
  lexer.name('add');
  lexer.expect('@');
  lexer.identifier('the name of a flowtable');
  return { kind: 'note', text: lexer.textFrom(start) };
}
