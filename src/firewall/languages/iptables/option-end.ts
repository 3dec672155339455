import { MATCH_MODULES } from './modules/modules.ts';
import { TARGETS } from './targets/targets.ts';

let known: ReadonlyMap<string, number> | undefined;

/** Options by name, with the fewest values that a module or target takes after one. */
function valueCounts(): ReadonlyMap<string, number> {
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const { options } of [...Object.values(MATCH_MODULES), ...Object.values(TARGETS)])
    for (const [name, { values }] of Object.entries(options))
      counts.set(name, Math.min(values, counts.get(name) ?? values));
  return (known = counts);
}

const GENERAL = /^-(?:[sdioptmjg]|-?)$/;

/** Whether a rule cannot end with this word: an option that lacks its value, or the beginning of the name of one. */
export function isOpenOption(word: string): boolean {
  if (!word.startsWith('-')) return false;
  if (GENERAL.test(word)) return true;
  const values = valueCounts().get(word);
  if (values !== undefined) return values > 0;
  return [...valueCounts().keys()].some((name) => name.startsWith(word));
}
