import { isObject } from '../../json/shape.ts';
import type { Note } from '../../syntax/syntax.ts';
import { NOTE } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `last used 2s`: when a packet came last. */
export const LAST: NftStatement<Note> = {
  ...NOTE,
  isStateful: true,
  text: {
    last: ({ lexer }) => {
      const { start } = lexer;
      lexer.next();
      if (lexer.skip('used')) lexer.name('a time');
      return { kind: 'note', text: lexer.textFrom(start) };
    },
  },
  json: {
    last: (content) =>
      content === null || (isObject(content) && Object.keys(content).every((key) => key === 'used'))
        ? { kind: 'note', text: 'last' }
        : undefined,
  },
};
