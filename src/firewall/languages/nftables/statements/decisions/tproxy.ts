import type { Unknown } from '../../syntax/syntax.ts';
import { UNKNOWN } from '../forms.ts';
import type { NftStatement } from '../statement.ts';
import { readNat } from './nat.ts';

/** `tproxy to :8080`: hands the packet to a transparent proxy. */
export const TPROXY: NftStatement<Unknown> = {
  ...UNKNOWN,
  text: {
    tproxy: (state) => {
      const { start } = state.lexer;
      readNat(state, 'dnat');
      return unknownTproxy(state.lexer.textFrom(start));
    },
  },
  json: { tproxy: () => unknownTproxy('tproxy') },
};

function unknownTproxy(text: string): Unknown {
  return { kind: 'unknown', text, reason: { code: 'transparent-proxy' } };
}
