import type { Unknown } from '../../syntax/syntax.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { readNumber } from '../../text/values.ts';
import { UNKNOWN } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `synproxy mss 1460 wscale 7`: the kernel answers for the server. */
export const SYNPROXY: NftStatement<Unknown> = {
  ...UNKNOWN,
  text: { synproxy: readSynproxy },
  json: { synproxy: () => unknownSynproxy('synproxy') },
};

function readSynproxy(state: ParserState): Unknown {
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  if (lexer.skip('name')) lexer.name('a name');
  while (lexer.skip('timestamp') || lexer.skip('sack-perm') || lexer.is('mss') || lexer.is('wscale')) {
    if (lexer.skip('mss') || lexer.skip('wscale')) readNumber(state, 'a number');
  }
  return unknownSynproxy(lexer.textFrom(start));
}

function unknownSynproxy(text: string): Unknown {
  return { kind: 'unknown', text, reason: { code: 'answers-for-server' } };
}
