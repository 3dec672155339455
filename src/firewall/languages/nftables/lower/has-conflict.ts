import type { Bound } from '../../../../net/interval-set.ts';
import type { TableContext } from './context.ts';
import type { Key } from './sets/lookup-key.ts';
import { collect, isCatchAll } from './sets/set-lookup.ts';
import { NEVER } from './values/number-type.ts';
import type { Selector } from './select/selector.ts';
import type { Element, Expression } from '../syntax/syntax.ts';

/** An element of a map and what it gives: the same `id` for the same. */
export type Entry = readonly [element: Element, id: string];

/** Whether two elements of a map that give different things have a key in common, such as nft does not load beside each other. */
export function hasConflict(
  { selectors }: Pick<Key, 'selectors'>,
  entries: readonly Entry[],
  context: TableContext,
): boolean {
  const others = entries.filter(([{ key }]) => isCatchAll(key));
  if (others.some(([, id]) => id !== others[0]?.[1])) return true;
  if (selectors.some(({ kind }) => kind === 'opaque')) return false;
  const placed = entries.flatMap(([element, id]): readonly Placed[] => {
    const box = boxOf(selectors, element.key, context);
    return box === undefined ? [] : [{ id, box }];
  });
  return selectors.length === 1 ? conflictsOnLine(placed) : conflictsInSpace(placed);
}

/** Numbers, addresses, or names of interfaces. */
type Value = Bound | string;

/** Of each part of a key the first and the last value. */
type Box = readonly (readonly [first: Value, last: Value])[];

interface Placed {
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
  const { pairs, names, unknowns } = collect(selector, part, context);
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
function conflictsOnLine(placed: readonly Placed[]): boolean {
  const sorted = placed.toSorted((a, b) => compare(a.box[0]?.[0] ?? 0, b.box[0]?.[0] ?? 0));
  let widest = sorted[0];
  return sorted.some((next, index) => {
    if (widest === undefined || index === 0) return false;
    const isTaken = holdsCorner(widest.box, next.box, 0);
    if (isTaken && widest.id !== next.id) return true;
    if (!isTaken || compare(widest.box[0]?.[1] ?? 0, next.box[0]?.[1] ?? 0) < 0) widest = next;
    return false;
  });
}

function compare(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The kernel looks for the first and the last key of a concatenation among those before it. All else may overlap: the
 * element that was written first counts.
 */
function conflictsInSpace(placed: readonly Placed[]): boolean {
  const points = new Map<string, Placed>();
  const wide: Placed[] = [];
  return placed.some((next) => {
    const ends = [cornerId(next.box, 0), cornerId(next.box, 1)] as const;
    const isPoint = ends[0] === ends[1];
    const twin = points.get(ends[0]) ?? points.get(ends[1]);
    if (twin !== undefined && twin.id !== next.id) return true;
    const isTaken = wide.some(
      (before) =>
        (holdsCorner(before.box, next.box, 0) || holdsCorner(before.box, next.box, 1)) &&
        before.id !== next.id,
    );
    if (isPoint) points.set(ends[0], next);
    else if (wide.length < MAX_WIDE) wide.push(next);
    return isTaken;
  });
}

/** Each element is compared with so many wide ones before it; what follows only the kernel knows. */
const MAX_WIDE = 1000;

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
