import type { Bound, IntervalSet } from '../../net/interval-set.ts';

/** A half-open range of numbers: outside it a set surely holds nothing. An IPv6 address counts by its upper 52 bits. */
export type Hull = readonly [number, number];

export const NOTHING: Hull = [Infinity, 0];
export const EVERYTHING: Hull = [0, Infinity];

export function hull(set: IntervalSet): Hull {
  return hullBetween(set[0], set[set.length - 1]);
}

/** From the first bound of a set to its last one. */
export function hullBetween(first: Bound | undefined, end: Bound | undefined): Hull {
  if (first === undefined || end === undefined) return NOTHING;
  return [coarse(first), typeof end === 'bigint' ? coarse(end - 1n) + 1 : end];
}

/** A double holds no more bits exactly. */
function coarse(bound: Bound): number {
  return typeof bound === 'bigint' ? Number(bound >> 76n) : bound;
}
