import { readExpression as readJsonExpression } from '../../json/expression.ts';
import { formatExpression } from '../../syntax/format.ts';
import type { Expression, SetUpdate } from '../../syntax/syntax.ts';
import { readExpression } from '../../text/expression.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import type { NftStatement } from '../statement.ts';
import { SET_UPDATE } from './set-update.ts';

/** `reset tcp option sack`: as for deleting from a set, the option's protocol must be there, and that is all. */
export const RESET: NftStatement<SetUpdate> = {
  ...SET_UPDATE,
  text: { reset: readReset },
  json: {
    reset: (content) => {
      const option = readJsonExpression(content);
      return resetOption(option, `reset ${formatExpression(option)}`);
    },
  },
};

function readReset(state: ParserState): SetUpdate {
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  if (!lexer.is('tcp') || lexer.peek().text !== 'option')
    throw lexer.fail('unknown reset statement', 'write tcp option and its name');
  const option = readExpression(state);
  return resetOption(option, lexer.textFrom(start));
}

function resetOption(option: Expression, text: string): SetUpdate {
  const key: Expression = option.kind === 'opaque' ? { ...option, option: undefined } : option;
  return { kind: 'set-update', text, set: null, size: null, operation: 'delete', key, reason: null };
}
