import { readExpression } from '../../json/expression.ts';
import { isObject } from '../../json/shape.ts';
import { NOTHING } from '../../lower/lowered.ts';
import { lookUpMap } from '../../lower/sets/map-lookup.ts';
import { formatExpression } from '../../syntax/format.ts';
import type { CounterMap, Note, Statement } from '../../syntax/syntax.ts';
import { readNamedObject } from '../../text/named-object.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { readNumber } from '../../text/values.ts';
import type { NftStatement } from '../statement.ts';

/** `counter packets 0 bytes 0`, `counter name X`, `counter name tcp dport map @m` */
export const COUNTER: NftStatement<CounterMap> = {
  kind: 'counter-map',
  isStateful: true,
  text: { counter: (state) => readNamed(state) ?? readPlain(state) },
  json: { counter: readJson },
  lower: ({ text, key, data }, context) =>
    lookUpMap(
      key,
      data,
      'object',
      () => ({ id: '', effects: NOTHING.effects }),
      () => text,
      context,
    ),
  format: ({ text }) => text,
};

function readNamed(state: ParserState): Statement | undefined {
  const named = readNamedObject(state);
  if (named === undefined) return undefined;
  const { text, name } = named;
  return name.kind === 'map'
    ? { kind: 'counter-map', text, key: name.key, data: name.data }
    : { kind: 'note', text };
}

/** How much it has counted says nothing of the rule. */
function readPlain(state: ParserState): Note {
  const { lexer } = state;
  lexer.next();
  if (lexer.skip('packets')) readNumber(state, 'a number of packets');
  if (lexer.skip('bytes')) readNumber(state, 'a number of bytes');
  return { kind: 'note', text: 'counter' };
}

function readJson(content: unknown): Statement | undefined {
  if (typeof content === 'string') return { kind: 'note', text: `counter name "${content}"` };
  if (!isObject(content) || !('map' in content)) return { kind: 'note', text: 'counter' };
  const map = readExpression(content);
  return map.kind === 'map'
    ? { kind: 'counter-map', text: `counter name ${formatExpression(map)}`, key: map.key, data: map.data }
    : undefined;
}
