import type { NamedSets } from './parse-ipset.ts';

/** A set that rules add to or delete from may contain anything; with a list of sets its members change. */
export function withoutDynamicSets(text: string, sets: NamedSets): NamedSets {
  if (sets.size === 0) return sets;
  const named = [...text.matchAll(/--(?:add|del)\S*\s+"?([^\s"]+)/g)].map(([, name = '']) => name);
  if (named.length === 0) return sets;
  const changing = new Set(
    named.flatMap((name) => {
      const set = sets.get(name);
      const isList = set?.dimensions[0] === 'set';
      return isList ? [name, ...set.elements.map(({ parts: [member = ''] }) => member)] : [name];
    }),
  );
  return new Map(
    [...sets].map(([name, set]) => [
      name,
      changing.has(name) ? { ...set, unread: '-j SET changes it' } : set,
    ]),
  );
}
