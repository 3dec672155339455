import type { RuleContext } from '../context.ts';

/** What the tools read of `src,dst`: the beginning of each word. */
export function directionsOf(list: string): readonly string[] {
  return list.split(',').map((word) => word.slice(0, 3));
}

/** Refuses what the tools do about a set of which all are given: its family, and what is no direction. */
export function parseDirections(
  option: string,
  [name = '', list = '']: readonly string[],
  context: RuleContext,
): void {
  const words = directionsOf(list);
  if (words.length > MOST_DIRECTIONS || words.some((word) => word !== 'src' && word !== 'dst'))
    throw context.fail(`not directions of ${option}`, list, 'write src or dst, or several joined by commas');
  const family = context.sets.get(name)?.family ?? context.family;
  if (family !== context.family)
    throw context.fail(`set ${name} is for IPv${family}`, undefined, `name a set for IPv${context.family}`);
}

/** The kernel's IPSET_DIM_MAX. */
const MOST_DIRECTIONS = 6;
