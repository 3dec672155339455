import { does } from '../../lower/lowered.ts';
import type { Notrack } from '../../syntax/syntax.ts';
import type { NftStatement } from '../statement.ts';

/** `notrack`: connection tracking does not see the packet. */
export const NOTRACK: NftStatement<Notrack> = {
  kind: 'notrack',
  text: {
    notrack: ({ lexer }) => {
      lexer.next();
      return { kind: 'notrack' };
    },
  },
  json: { notrack: () => ({ kind: 'notrack' }) },
  lower: () => does({ kind: 'untrack' }),
  format: () => 'notrack',
};
