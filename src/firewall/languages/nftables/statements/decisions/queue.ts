import { does } from '../../lower/lowered.ts';
import type { Queue } from '../../syntax/syntax.ts';
import { readSource, startsExpression } from '../../text/expression.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { readNumber } from '../../text/values.ts';
import type { NftStatement } from '../statement.ts';

/** `queue num 1-3 bypass`: a program decides. */
export const QUEUE: NftStatement<Queue> = {
  kind: 'queue',
  text: { queue: readQueue },
  json: { queue: () => ({ kind: 'queue', text: 'queue' }) },
  lower: () => does({ kind: 'queue' }),
  format: ({ text }) => text,
  isTerminal: () => true,
};

/** `queue [num 1-3] [bypass,fanout]`, `queue flags bypass to 1-3` */
function readQueue(state: ParserState): Queue {
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  const flags = () => {
    while (lexer.skip('bypass') || lexer.skip('fanout')) lexer.skip(',');
  };
  flags();
  if (lexer.skip('flags')) flags();
  if (lexer.skip('num') || lexer.skip('to')) {
    if (lexer.is('$') || startsExpression(state)) readSource(state);
    else readNumber(state, 'a queue');
    if (lexer.skip('-')) readNumber(state, 'a queue');
  }
  flags();
  return { kind: 'queue', text: lexer.textFrom(start) };
}
