import { isObject, textOf } from '../../json/shape.ts';
import { readExpression } from '../../json/expression.ts';
import { objectTest } from '../../lower/counting.ts';
import { NOTHING } from '../../lower/lowered.ts';
import { lookUpMap } from '../../lower/sets/map-lookup.ts';
import { formatExpression } from '../../syntax/format.ts';
import type { Condition, Note, ObjectMap } from '../../syntax/syntax.ts';
import { readNamedObject } from '../../text/named-object.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import type { NftStatement } from '../statement.ts';

/** `limit name tcp dport map @m`: the object is that of the element at the key; without one the rule ends. */
export const OBJECT_MAP: NftStatement<ObjectMap> = {
  kind: 'object-map',
  lower: ({ text, object, key, data }, context) =>
    lookUpMap(
      key,
      data,
      `${object} object`,
      (found) => {
        if (object === 'counter' || !('text' in found)) return { id: '', effects: NOTHING.effects };
        const test = objectTest(object, found.text, `${object} name "${found.text}"`, context);
        return { id: found.text, effects: [{ kind: 'only-if', matches: [test] }] };
      },
      () => text,
      context,
    ),
  format: ({ text }) => text,
};

/** An object that a statement names, or a map that gives its name; `undefined`, with nothing read, where it names none. */
export function readNamed(
  state: ParserState,
  object: ObjectMap['object'],
): Note | Condition | ObjectMap | undefined {
  const found = readNamedObject(state);
  if (found === undefined) return undefined;
  const { text, name } = found;
  return name.kind === 'map'
    ? { kind: 'object-map', object, text, key: name.key, data: name.data }
    : named(object, name.text, text);
}

/** The same in JSON: the name, or `{"map": …}`. */
export function readJsonNamed(
  content: unknown,
  object: ObjectMap['object'],
): Note | Condition | ObjectMap | undefined {
  if (!isObject(content)) {
    const name = textOf(content) ?? '';
    return named(object, name, `${object} name "${name}"`);
  }
  if (!('map' in content)) return undefined;
  const map = readExpression(content);
  if (map.kind !== 'map') return undefined;
  const text = `${object} name ${formatExpression(map)}`;
  return { kind: 'object-map', object, text, key: map.key, data: map.data };
}

/** How much a counter has counted says nothing of the rule. */
function named(object: ObjectMap['object'], name: string, text: string): Note | Condition {
  if (object === 'counter') return { kind: 'note', text };
  return { kind: 'condition', text, reason: { code: 'earlier-packets' }, object: { kind: object, name } };
}
