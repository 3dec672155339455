import { readCollection as readJsonCollection, readExpression } from '../../json/expression.ts';
import { isObject } from '../../json/shape.ts';
import { lookUpMap } from '../../lower/sets/map-lookup.ts';
import { verdictEffect, verdictId } from '../../lower/verdict.ts';
import { formatCollection, formatExpression } from '../../syntax/format.ts';
import type { VerdictMap } from '../../syntax/syntax.ts';
import { isVerdict } from '../../syntax/verdict.ts';
import { readCollection } from '../../text/expression.ts';
import type { JsonReader, NftStatement } from '../statement.ts';

/** `tcp dport vmap { 22 : accept }` */
export const VMAP: NftStatement<VerdictMap> = {
  kind: 'vmap',
  textAfterKey: {
    vmap: (state, key) => {
      state.lexer.next();
      return { kind: 'vmap', key, data: readCollection(state) };
    },
  },
  json: { vmap: readVmap },
  lower: (statement, context) => {
    const text = (): string => format(statement);
    return lookUpMap(
      statement.key,
      statement.data,
      'verdict',
      (data) =>
        isVerdict(data)
          ? { id: verdictId(data), effects: [verdictEffect(data, context)] }
          : { id: '', effects: [{ kind: 'unknown', text: text(), reason: { code: 'unsupported' } }] },
      text,
      context,
    );
  },
  format,
};

function readVmap(content: unknown): ReturnType<JsonReader> {
  if (!isObject(content) || content.key === undefined) return undefined;
  const data = readJsonCollection(content.data, 0);
  return data === undefined ? undefined : { kind: 'vmap', key: readExpression(content.key), data };
}

function format({ key, data }: VerdictMap): string {
  return `${formatExpression(key)} vmap ${formatCollection(data)}`;
}
