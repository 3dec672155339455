import { readDup } from '../notes/dup.ts';
import { UNKNOWN } from '../forms.ts';
import type { NftStatement } from '../statement.ts';
import type { Unknown } from '../../syntax/syntax.ts';

/** `fwd to eth1`: sends the packet out of another interface. */
export const FWD: NftStatement<Unknown> = {
  ...UNKNOWN,
  text: { fwd: (state) => unknownFwd(readDup(state).text) },
  json: { fwd: () => unknownFwd('fwd') },
};

function unknownFwd(text: string): Unknown {
  return { kind: 'unknown', text, reason: { code: 'other-interface' } };
}
