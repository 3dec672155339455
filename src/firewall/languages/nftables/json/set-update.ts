import { formatExpression } from '../syntax/format.ts';
import type { SetUpdate } from '../syntax/syntax.ts';
import { formatCondition } from './stateful-statements.ts';
import { readExpression } from './expression.ts';
import { isObject, listOf, numberIn, showJson, tagged, textOf, type JsonObject } from './shape.ts';
import type { Reason } from '../../../model/reason.ts';

/** `{"set": {"op": "add", "elem": …, "set": "@name", "stmt": [ … ]}}`, and the same for `map`. */
export function readUpdate(kind: 'set' | 'map', content: unknown): SetUpdate | undefined {
  if (!isObject(content) || !hasOnly(content, UPDATE_KEYS)) return undefined;
  if (content.op !== 'add' && content.op !== 'update' && content.op !== 'delete') return undefined;
  const key = readExpression(content.elem);
  const tests = testsOf(content);
  const operation = content.op === 'delete' ? 'delete' : 'add';
  const words = [content.op, textOf(content[kind]) ?? '', '{', formatExpression(key), ...tests.texts, '}'];
  const set = textOf(content[kind])?.replace(/^@/, '') ?? null;
  return { kind: 'update', text: words.join(' '), set, size: null, operation, key, reason: tests.reason };
}

/** `{"meter": {"name": …, "key": …, "stmt": …, "size": …}}` */
export function readMeter(content: unknown): SetUpdate | undefined {
  if (!isObject(content) || !hasOnly(content, METER_KEYS)) return undefined;
  const key = readExpression(content.key);
  const tests = testsOf(content);
  const size = textOf(content.size);
  const words = [
    'meter',
    textOf(content.name) ?? '',
    ...(size === undefined ? [] : ['size', size]),
    '{',
    formatExpression(key),
    ...tests.texts,
    '}',
  ];
  return {
    kind: 'update',
    text: words.join(' '),
    set: textOf(content.name) ?? null,
    size: numberIn(content, 'size') ?? null,
    operation: 'add',
    key,
    reason: tests.reason,
  };
}

const UPDATE_KEYS = ['op', 'elem', 'data', 'set', 'map', 'stmt'];
const METER_KEYS = ['name', 'key', 'stmt', 'size'];

/** What else there is may be a test. */
function hasOnly(content: JsonObject, keys: readonly string[]): boolean {
  return Object.keys(content).every((key) => keys.includes(key));
}

/** The statements within, and what they depend on. */
function testsOf({ stmt }: JsonObject): {
  readonly texts: readonly string[];
  readonly reason: Reason | null;
} {
  const texts: string[] = [];
  let reason: Reason | null = null;
  for (const statement of listOf(stmt)) {
    const { tag, content } = tagged(statement) ?? { tag: '', content: null };
    if (tag === 'counter' || tag === 'last') texts.push(tag);
    else if (tag === 'limit' || tag === 'quota' || tag === 'ct count') {
      texts.push(formatCondition(tag, content));
      reason = tag === 'ct count' ? { code: 'connection-count' } : { code: 'earlier-packets' };
    } else {
      texts.push(showJson(statement));
      reason = { code: 'unsupported' };
    }
  }
  return { texts, reason };
}
