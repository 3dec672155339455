import type { NamedSets } from './parse-ipset.ts';

/**
 * The sets as far as they stay as listed: one that a rule of any file adds to or deletes from may contain anything; with a list of sets
 * its members change.
 */
export function withoutDynamicSets(texts: readonly string[], sets: NamedSets): NamedSets {
  if (sets.size === 0) return sets;
  const named = texts.flatMap((text) => Array.from(text.matchAll(CHANGE), ([, name = '']) => name));
  // nft lists the rule, but not which set it changes.
  const isAnyChanged = named.length === 0 && texts.some((text) => NAMELESS.test(text));
  if (named.length === 0 && !isAnyChanged) return sets;
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
      isAnyChanged || changing.has(name) ? { ...set, unread: '-j SET changes it' } : set,
    ]),
  );
}

const CHANGE = /--(?:add|del)[a-z-]*[\s=]+"?([^\s"]+)/g;

/** As text and as JSON. */
const NAMELESS = /\bxt target "?SET\b|"name"\s*:\s*"SET"|# xt_SET\b/;
