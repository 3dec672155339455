import { groupBy } from '../../../../../group-by.ts';
import type { Bound } from '../../../../../net/interval-set.ts';
import type { Element, Expression } from '../../syntax/syntax.ts';
import type { TableContext } from '../context.ts';
import type { Selector } from '../select/selector.ts';
import { NEVER } from '../values/number-type.ts';
import type { Key } from './lookup-key.ts';
import { collect, isCatchAll } from './set-lookup.ts';

/** An element of a map and what it gives: the same `id` for the same. Elements of one `group` may be put together. */
export interface Entry {
  readonly element: Element;
  readonly id: string;
  readonly group: string;
}

/**
 * - `none`: no key has elements of two groups.
 * - `first-counts`: some may, and the first that was written counts.
 * - `conflict`: elements that give different things have a key in common, such as nft does not load beside each other.
 */
export type ElementOrder = 'none' | 'first-counts' | 'conflict';

/** What the order of the elements of a map means. */
export function elementOrder(
  { selectors }: Pick<Key, 'selectors'>,
  entries: readonly Entry[],
  context: TableContext,
): ElementOrder {
  const others = entries.filter(({ element }) => isCatchAll(element.key));
  if (others.some(({ id }) => id !== others[0]?.id)) return 'conflict';
  if (selectors.some(({ kind }) => kind === 'opaque'))
    return selectors.length === 1 ? 'none' : 'first-counts';
  const keyed = others.length === 0 ? entries : entries.filter((entry) => !others.includes(entry));
  const placed = keyed.flatMap(({ element, id, group }, at): readonly Placed[] => {
    const box = boxOf(selectors, element.key, context);
    return box === undefined ? [] : [{ id, group, box, at }];
  });
  if (selectors.length === 1) return conflictsOnLine(placed) ? 'conflict' : 'none';
  const order = orderInSpace(placed);
  return order === 'none' && placed.length < keyed.length ? 'first-counts' : order;
}

/** Numbers, addresses, or names of interfaces. */
type Value = Bound | string;

/** Of each part of a key the first and the last value. */
type Box = readonly (readonly [first: Value, last: Value])[];

interface Placed {
  readonly id: string;
  readonly group: string;
  readonly box: Box;
  /** Where it stands in the map. */
  readonly at: number;
}

/** Undefined for what this program cannot read. */
function boxOf(selectors: readonly Selector[], key: Expression, context: TableContext): Box | undefined {
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
  const sorted = inOrderOf(placed, 0);
  let widest = sorted[0];
  return sorted.some((next, index) => {
    if (widest === undefined || index === 0) return false;
    const isTaken = holdsCorner(widest.box, next.box, 0);
    if (isTaken && widest.id !== next.id) return true;
    if (!isTaken || compare(lastOf(widest, 0), lastOf(next, 0)) < 0) widest = next;
    return false;
  });
}

/**
 * The kernel looks for the first and the last key of a concatenation among those before it. All else may overlap: the
 * element that was written first counts.
 */
function orderInSpace(placed: readonly Placed[]): ElementOrder {
  const sides = Array.from(placed[0]?.box.keys() ?? []);
  const points = sides.filter((side) => placed.every((one) => firstOf(one, side) === lastOf(one, side)));
  let comparisons = 0;
  let order: ElementOrder = 'none';
  for (const alike of groupBy(placed, (one) => points.map((side) => firstOf(one, side)).join(' '))) {
    const side = tellingSide(alike, sides);
    let open: Placed[] = [];
    for (const next of inOrderOf(alike, side)) {
      open = open.filter((other) => compare(lastOf(other, side), firstOf(next, side)) >= 0);
      comparisons += open.length;
      if (comparisons > MAX_COMPARISONS) return 'first-counts';
      for (const other of open) {
        if (other.group === next.group || !overlap(other.box, next.box)) continue;
        if (isRefused(other, next)) return 'conflict';
        order = 'first-counts';
      }
      open.push(next);
    }
  }
  return order;
}

/** Where so many elements lie beside each other only the kernel knows whether it would load them. */
const MAX_COMPARISONS = 5_000_000;

/** The side of the key on which the fewest elements lie beside each other. */
function tellingSide(placed: readonly Placed[], sides: readonly number[]): number {
  const apart = sides.map((side) => {
    const firsts = placed.map((one) => firstOf(one, side)).sort(compare);
    const lasts = placed.map((one) => lastOf(one, side)).sort(compare);
    let [ended, pairs] = [0, 0];
    for (const first of firsts) {
      while (ended < lasts.length && compare(lasts[ended] ?? 0, first) < 0) ended++;
      pairs += ended;
    }
    return pairs;
  });
  return apart.indexOf(Math.max(...apart));
}

function inOrderOf(placed: readonly Placed[], side: number): readonly Placed[] {
  return placed.toSorted((a, b) => compare(firstOf(a, side), firstOf(b, side)));
}

function firstOf({ box }: Placed, side: number): Value {
  return box[side]?.[0] ?? 0;
}

function lastOf({ box }: Placed, side: number): Value {
  return box[side]?.[1] ?? 0;
}

function compare(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function overlap(a: Box, b: Box): boolean {
  return a.every(([first, last], side) => {
    const other = b[side];
    return other !== undefined && first <= other[1] && other[0] <= last;
  });
}

function isRefused(one: Placed, other: Placed): boolean {
  const [before, after] = one.at < other.at ? [one, other] : [other, one];
  if (before.id === after.id) return false;
  return holdsCorner(before.box, after.box, 0) || holdsCorner(before.box, after.box, 1);
}

/** The first (0) or last (1) value of each part of one key is among those of another. */
function holdsCorner(box: Box, other: Box, end: 0 | 1): boolean {
  return box.every(([first, last], index) => {
    const value = other[index]?.[end];
    return value !== undefined && first <= value && value <= last;
  });
}
