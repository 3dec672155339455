import type { InputError } from '../../input-error.ts';
import type { Bound } from '../../net/interval-set.ts';
import { badRule, type TableContext } from './context.ts';
import { formatExpression } from './format.ts';
import type { Key } from './key.ts';
import { gather, isCatchAll } from './membership.ts';
import { NEVER } from './number-type.ts';
import type { Selector } from './selector.ts';
import type { Element, Expression } from './syntax.ts';

/** An element of a map and what it gives: the same `id` for the same. */
export type Entry = readonly [element: Element, id: string];

/** Refuses a map with two elements that nft would not load beside each other, unless they say the same twice. */
export function refuseOverlaps(
  { selectors }: Pick<Key, 'selectors'>,
  entries: readonly Entry[],
  context: TableContext,
): void {
  const others = entries.filter(([{ key }]) => isCatchAll(key));
  const other = others.find(([, id]) => id !== others[0]?.[1]);
  if (other !== undefined) throw overlapError(other[0].key, context);
  if (selectors.some(({ kind }) => kind === 'opaque')) return;
  const placed = entries.flatMap(([element, id]): readonly Placed[] => {
    const box = boxOf(selectors, element.key, context);
    return box === undefined ? [] : [{ element, id, box }];
  });
  const found = selectors.length === 1 ? overlapOnLine(placed) : overlapInSpace(placed);
  if (found !== undefined) throw overlapError(found.element.key, context);
}

function overlapError(key: Expression, context: TableContext): InputError {
  const fix =
    key.kind === 'concat'
      ? 'write each once, and the narrower one before the wider one'
      : 'write each value once';
  return badRule(context, key, 'an element that overlaps another one of the map', formatExpression(key), fix);
}

/** Numbers, addresses, or names of interfaces. */
type Value = Bound | string;

/** Of each part of a key the first and the last value. */
type Box = readonly (readonly [first: Value, last: Value])[];

interface Placed {
  readonly element: Element;
  readonly id: string;
  readonly box: Box;
}

/** Undefined for what this program cannot read. */
function boxOf(selectors: readonly Selector[], key: Expression, context: TableContext): Box | undefined {
  if (isCatchAll(key)) return undefined;
  const parts = key.kind === 'concat' ? key.parts : [key];
  if (parts.length !== selectors.length) return undefined;
  const box = selectors.flatMap((selector, index) => sideOf(selector, parts[index], context) ?? []);
  return box.length === selectors.length ? box : undefined;
}

function sideOf(selector: Selector, part: Expression | undefined, context: TableContext): Box | undefined {
  const { pairs, names, unknowns } = gather(selector, part, context);
  const [from, to] = pairs;
  const [name] = names;
  if (unknowns.length > 0 || pairs.length + names.length * 2 !== 2) return undefined;
  if (name !== undefined)
    return name.endsWith('*') ? [[name.slice(0, -1), `${name.slice(0, -1)}\uffff`]] : [[name, name]];
  if (from === undefined || to === undefined) return undefined;
  const isTranslated = selector.kind === 'number' && selector.type.translate !== undefined;
  if (isTranslated && from === NEVER) return undefined;
  return [[from, typeof to === 'bigint' ? to - 1n : to - 1]];
}

/** Keys of one part must not have a value in common. */
function overlapOnLine(placed: readonly Placed[]): Placed | undefined {
  const sorted = placed.toSorted((a, b) => compare(a.box[0]?.[0] ?? 0, b.box[0]?.[0] ?? 0));
  return sorted.find((next, index) => {
    const before = sorted[index - 1];
    return before !== undefined && holdsCorner(before.box, next.box, 0) && !saysTheSame(before, next);
  });
}

function compare(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The kernel looks for the first and the last key of a concatenation among those before it. All else may overlap: the
 * element that was written first counts.
 */
function overlapInSpace(placed: readonly Placed[]): Placed | undefined {
  const points = new Map<string, Placed>();
  const wide: Placed[] = [];
  return placed.find((next) => {
    const ends = [cornerId(next.box, 0), cornerId(next.box, 1)] as const;
    const isPoint = ends[0] === ends[1];
    const twin = points.get(ends[0]) ?? points.get(ends[1]);
    if (twin !== undefined && !saysTheSame(twin, next)) return true;
    const isTaken = wide.some(
      (before) =>
        (holdsCorner(before.box, next.box, 0) || holdsCorner(before.box, next.box, 1)) &&
        !saysTheSame(before, next),
    );
    if (isPoint) points.set(ends[0], next);
    else if (wide.length < MOST_WIDE) wide.push(next);
    return isTaken;
  });
}

/** Each element is held against so many wide ones before it; of more only the kernel tells. */
const MOST_WIDE = 1000;

/** The first (0) or last (1) value of each part of one key is among those of another. */
function holdsCorner(box: Box, other: Box, end: 0 | 1): boolean {
  return box.every(([first, last], index) => {
    const value = other[index]?.[end];
    return value !== undefined && first <= value && value <= last;
  });
}

function cornerId(box: Box, end: 0 | 1): string {
  return box.map((side) => side[end]).join(' ');
}

function saysTheSame(a: Placed, b: Placed): boolean {
  return (
    a.id === b.id && cornerId(a.box, 0) === cornerId(b.box, 0) && cornerId(a.box, 1) === cornerId(b.box, 1)
  );
}
