import type { Reason } from '../../../model/reason.ts';
import { MAX_LEVELS } from '../syntax/max-levels.ts';
import { BINARY_OPERATORS } from '../syntax/operators.ts';
import { EXTENSION_HEADERS, FIB_RESULTS } from '../syntax/packet-words.ts';
import type { BinaryOperator, Collection, Element, Expression, Verdict } from '../syntax/syntax.ts';
import { readOpaque } from './opaque.ts';
import { isArray, isObject, listOf, numberIn, showJson, tagged, textOf, type JsonObject } from './shape.ts';
import { readVerdict } from './verdict.ts';

/** An expression of libnftables-json(5); what is not known becomes an opaque one that shows its JSON. */
export function readExpression(value: unknown, depth = 0): Expression {
  if (typeof value === 'string')
    return value.startsWith('@') ? { kind: 'reference', name: value.slice(1) } : word(value);
  if (typeof value === 'number') return word(String(value));
  if (typeof value === 'boolean') return word(value ? 'exists' : 'missing');
  if (depth > MAX_LEVELS) return unreadable(value);
  if (isArray(value)) return { kind: 'list', parts: value.map((part) => readExpression(part, depth + 1)) };
  const { tag, content } = tagged(value) ?? { tag: '', content: null };
  const operator = BINARY_OPERATORS.get(tag)?.operator;
  if (operator === tag) return readBinary(operator, listOf(content), depth) ?? unreadable(value);
  switch (tag) {
    case 'concat':
      return { kind: 'concat', parts: listOf(content).map((part) => readExpression(part, depth + 1)) };
    case 'set':
      return { kind: 'set', elements: readElements(listOf(content), depth + 1).elements };
    case 'range': {
      const [from, to, ...more] = listOf(content);
      if (to === undefined || more.length > 0) return unreadable(value);
      return { kind: 'range', from: readExpression(from, depth + 1), to: readExpression(to, depth + 1) };
    }
    case 'elem':
      return isObject(content) ? readExpression(content.val, depth + 1) : unreadable(value);
    default:
      return (isObject(content) ? readNamed(tag, content, depth) : undefined) ?? unreadable(value);
  }
}

function readNamed(tag: string, content: JsonObject, depth: number): Expression | undefined {
  switch (tag) {
    case 'payload':
      return readPayload(content);
    case 'meta':
      return typeof content.key === 'string' ? { kind: 'meta', key: content.key } : undefined;
    case 'ct':
      return readConntrack(content);
    case 'fib':
      return readFib(content);
    case 'exthdr':
      return typeof content.name === 'string' && EXTENSION_HEADERS.has(content.name)
        ? { kind: 'extension', header: content.name, name: textOf(content.field) ?? null }
        : undefined;
    case 'prefix': {
      const length = numberIn(content, 'len');
      return length === undefined || length < 0 || !Number.isInteger(length)
        ? undefined
        : { kind: 'prefix', address: readExpression(content.addr, depth + 1), length };
    }
    case 'map': {
      const data = readCollection(content.data, depth + 1);
      return data === undefined || content.key === undefined
        ? undefined
        : { kind: 'map', key: readExpression(content.key, depth + 1), data };
    }
    default:
      return readOpaque(tag, content, (inner) => readExpression(inner, depth + 1));
  }
}

/** It looks up one address, not both. */
function readFib({ result, flags }: JsonObject): Expression | undefined {
  const inputs = listOf(flags).flatMap((flag) => textOf(flag) ?? []);
  const hasAddress = inputs.includes('saddr') !== inputs.includes('daddr');
  return hasAddress && typeof result === 'string' && FIB_RESULTS.has(result)
    ? { kind: 'fib', inputs, result }
    : undefined;
}

/** Operators take two operands or more. */
function readBinary(
  operator: BinaryOperator,
  operands: readonly unknown[],
  depth: number,
): Expression | undefined {
  const [first, ...rest] = operands.map((operand) => readExpression(operand, depth + 1));
  if (first === undefined || rest.length === 0) return undefined;
  return rest.reduce<Expression>((left, right) => ({ kind: 'binary', operator, left, right }), first);
}

/** Later versions of nft name the tunnel where a field is of the packet within. */
function readPayload(payload: JsonObject): Expression | undefined {
  const { protocol, field, base, offset, len } = payload;
  if ('tunnel' in payload) return undefined;
  if (typeof protocol === 'string' && typeof field === 'string')
    return { kind: 'field', header: protocol, name: field };
  if (typeof base !== 'string' || typeof offset !== 'number' || typeof len !== 'number') return undefined;
  return { kind: 'raw', base, offset, length: len };
}

/** The family is a key of its own or the first word of `key`, as versions of nft have it. */
function readConntrack({ key, dir, family }: JsonObject): Expression | undefined {
  if (typeof key !== 'string') return undefined;
  const [first = '', second] = key.split(' ');
  const familyName = second === undefined ? family : first;
  return {
    kind: 'ct',
    key: second ?? first,
    direction: dir === 'original' || dir === 'reply' ? dir : null,
    family: familyName === 'ip' ? 4 : familyName === 'ip6' ? 6 : null,
  };
}

function word(text: string): Expression {
  const plain = text.endsWith(INVALID_TYPE) ? text.slice(0, -INVALID_TYPE.length) : text;
  return { kind: 'word', text: plain, at: 0 };
}

/** What nft 1.0.6 writes after the numbers of a range of `ct proto-src`. */
const INVALID_TYPE = ' [invalid type]';

function unreadable(value: unknown): Expression {
  return { kind: 'opaque', text: showJson(value), reason: { code: 'unsupported' } };
}

/** The elements of a set or map, and what a limit or quota of one of them depends on. */
export function readElements(
  values: readonly unknown[],
  depth: number,
): { readonly elements: readonly Element[]; readonly reason: Reason | null } {
  let reason: Reason | null = null;
  const elements: Element[] = [];
  for (const value of values) {
    const isPair = isArray(value) && value.length === 2;
    const wrapped = isPair ? value[0] : value;
    const key = readExpression(wrapped, depth);
    if (isObject(wrapped)) reason = conditionOf(wrapped) ?? reason;
    const data = isPair ? readData(value[1], depth) : null;
    const life = lifeOf(wrapped);
    if (key.kind === 'set')
      for (const element of key.elements) elements.push({ ...element, ...life, data: data ?? element.data });
    else elements.push({ key, data, ...life });
  }
  return { elements, reason };
}

/** Without a timeout of its own an element has that of its set. */
function lifeOf(value: unknown): Pick<Element, 'isTemporary'> {
  const elem = isObject(value) ? value.elem : undefined;
  if (!isObject(elem) || (elem.timeout === undefined && elem.expires === undefined)) return {};
  return { isTemporary: (elem.timeout ?? elem.expires) !== 0 };
}

/** The element has a counter, the first of its statements and the only one nft shows. */
export function hasCounter(value: unknown): boolean {
  const wrapped: unknown = isArray(value) ? value[0] : value;
  const elem = isObject(wrapped) ? wrapped.elem : undefined;
  return isObject(elem) && ('counter' in elem || 'last' in elem);
}

/** `{"set": [ … ]}` or `"@name"`; `undefined` for anything else. */
export function readCollection(value: unknown, depth: number): Collection | undefined {
  if (typeof value === 'string' && value.startsWith('@')) return { kind: 'reference', name: value.slice(1) };
  const set = tagged(value);
  return set?.tag === 'set'
    ? { kind: 'set', elements: readElements(listOf(set.content), depth).elements }
    : undefined;
}

function readData(value: unknown, depth: number): Expression | Verdict {
  return readVerdict(value) ?? readExpression(value, depth);
}

/** Counters and comments wrap an element in `elem` and mean nothing here; a limit makes its match uncertain. */
function conditionOf({ elem }: Readonly<Record<string, unknown>>): Reason | null {
  if (!isObject(elem)) return null;
  if ('ct count' in elem) return { code: 'connection-count' };
  return 'limit' in elem || 'quota' in elem || 'stmt' in elem ? { code: 'earlier-packets' } : null;
}
