import type { Note } from '../../syntax/syntax.ts';
import { NOTE } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `comment "…"`: the last words of a rule; in JSON it is a key of the rule. */
export const COMMENT: NftStatement<Note> = {
  ...NOTE,
  text: {
    comment: ({ lexer }) => {
      lexer.next();
      return { kind: 'note', text: `comment "${lexer.string('a comment')}"` };
    },
  },
};
