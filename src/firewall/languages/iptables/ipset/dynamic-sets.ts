import type { NamedSets } from './parse-ipset.ts';

/**
 * The sets, with those marked that a rule of any file adds to or deletes from; with a list of sets its members change. Where it is not
 * shown which set changes, each may contain anything.
 */
export function withDynamicSets(texts: readonly string[], sets: NamedSets): NamedSets {
  if (sets.size === 0) return sets;
  const grown = namesIn(texts, ADDS, sets);
  const reduced = namesIn(texts, DELETES, sets);
  if (grown.size + reduced.size > 0)
    return new Map(
      [...sets].map(([name, set]) => {
        const changes = reduced.has(name) ? 'shrinks' : grown.has(name) ? 'grows' : null;
        return [name, changes === null ? set : { ...set, changes }];
      }),
    );
  // nft lists the rule, but not which set it changes.
  if (!texts.some((text) => NAMELESS.test(text))) return sets;
  return new Map([...sets].map(([name, set]) => [name, { ...set, unread: '-j SET changes it' }]));
}

function namesIn(texts: readonly string[], pattern: RegExp, sets: NamedSets): ReadonlySet<string> {
  const named = texts.flatMap((text) => Array.from(text.matchAll(pattern), ([, name = '']) => name));
  return new Set(
    named.flatMap((name) => {
      const set = sets.get(name);
      const isList = set?.dimensions[0] === 'set';
      return isList ? [name, ...set.elements.map(({ parts: [member = ''] }) => member)] : [name];
    }),
  );
}

const ADDS = /--add[a-z-]*[\s=]+"?([^\s"]+)/g;
const DELETES = /--del[a-z-]*[\s=]+"?([^\s"]+)/g;

/** As text and as JSON. */
const NAMELESS = /\bxt target "?SET\b|"name"\s*:\s*"SET"|# xt_SET\b/;
