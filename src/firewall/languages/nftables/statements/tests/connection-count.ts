import { isObject, textOf } from '../../json/shape.ts';
import type { Condition } from '../../syntax/syntax.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { readNumber } from '../../text/values.ts';
import { CONDITION } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `ct count over 20`: how many connections there are, that of the packet among them. */
export const CONNECTION_COUNT: NftStatement<Condition> = {
  ...CONDITION,
  isStateful: true,
  text: { ct: readCount },
  json: { 'ct count': readJson },
};

function readCount(state: ParserState): Condition | undefined {
  const { lexer } = state;
  if (lexer.peek().text !== 'count') return undefined;
  const { start } = lexer;
  lexer.next();
  lexer.next();
  const isOver = lexer.skip('over');
  const count = readNumber(state, 'a number of connections');
  return condition(lexer.textFrom(start), count, isOver);
}

function readJson(content: unknown): Condition {
  if (!isObject(content)) return condition(`ct count name "${textOf(content) ?? ''}"`, null, false);
  const { val } = content;
  const isOver = content.inv === true;
  const text = `ct count ${isOver ? 'over ' : ''}${textOf(val) ?? ''}`;
  return condition(text, typeof val === 'number' ? val : null, isOver);
}

function condition(text: string, count: number | null, isOver: boolean): Condition {
  return {
    kind: 'condition',
    text,
    reason: { code: 'connection-count' },
    counter: 'own',
    ...(count === null ? {} : { known: { ifPlain: count >= 1 !== isOver } }),
  };
}
