import { randomInt } from 'node:crypto';

/** So many different ports of a range, in no order anybody could know. */
export function randomPorts(
  count: number,
  { first, last }: { readonly first: number; readonly last: number },
): readonly number[] {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(randomInt(first, last + 1));
  return [...ports];
}
