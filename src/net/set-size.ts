import type { IntervalSet } from './interval-set.ts';

/** How many values the set has. */
export function setSize(set: IntervalSet): bigint {
  if (typeof set[0] === 'number') {
    let count = 0;
    for (let at = 0; at < set.length; at += 2) count += Number(set[at + 1]) - Number(set[at]);
    return BigInt(count);
  }
  let size = 0n;
  for (let at = 0; at < set.length; at += 2) size += BigInt(set[at + 1] ?? 0) - BigInt(set[at] ?? 0);
  return size;
}
