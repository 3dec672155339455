import type { RuleContext } from '../context.ts';

/** What the tools read of `src,dst`: the beginning of each word. */
export function directionsOf(list: string): readonly string[] {
  return list.split(',').map((word) => word.slice(0, 3));
}

/** @throws InputError for what is not a direction, and for a set of the other family. */
export function parseDirections(
  option: string,
  [name = '', list = '']: readonly string[],
  context: RuleContext,
): void {
  const words = directionsOf(list);
  if (words.length > MAX_DIRECTIONS || words.some((word) => word !== 'src' && word !== 'dst'))
    throw context.fail(`not directions of ${option}`, list, 'write src or dst, or several joined by commas');
  const family = context.sets.get(name)?.family ?? context.family;
  if (family !== context.family)
    throw context.fail(`set ${name} is for IPv${family}`, undefined, `name a set for IPv${context.family}`);
}

/** The kernel's IPSET_DIM_MAX. */
const MAX_DIRECTIONS = 6;
