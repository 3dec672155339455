import type { Collection, Element, Expression, Verdict } from '../syntax/syntax.ts';
import { readExpression } from './expression.ts';
import { isArray, isObject, listOf, tagged } from './shape.ts';
import { readVerdict } from './verdict.ts';
import type { Reason } from '../../../model/reason.ts';

/** The elements of a set or map, and what those depend on that carry a limit or quota. */
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
    if (key.kind === 'set')
      for (const element of key.elements) elements.push({ ...element, data: data ?? element.data });
    else elements.push({ key, data });
  }
  return { elements, reason };
}

/** It has a counter, the first of its statements and the only one nft shows. */
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

/** Timeouts, counters and comments wrap an element in `elem` and mean nothing here; a limit makes its match uncertain. */
function conditionOf({ elem }: Readonly<Record<string, unknown>>): Reason | null {
  if (!isObject(elem)) return null;
  if ('ct count' in elem) return { code: 'connection-count' };
  return 'limit' in elem || 'quota' in elem || 'stmt' in elem ? { code: 'earlier-packets' } : null;
}
