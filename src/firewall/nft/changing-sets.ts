import type { TableDraft } from './draft.ts';
import { WHY } from './why.ts';

/**
 * A set that rules add to or delete from may hold anything, whatever its flags say (a JSON listing leaves `dynamic`
 * out). Found in the text of the file, so that it is known before the first rule is read.
 */
export function markChangingSets(text: string, tables: Iterable<TableDraft>): void {
  const changing = new Set<string>();
  for (const pattern of [TEXT, JSON_KEY]) {
    for (const [, name, old] of text.matchAll(pattern)) changing.add(name ?? old ?? '');
  }
  if (changing.size === 0) return;
  for (const { sets } of tables) {
    for (const set of sets.values()) if (changing.has(set.name)) set.uncertainty ??= WHY.changing;
  }
}

/** `add @name {` and the older `set add … @name`, which names it last. JSON holds map updates as text, too. */
const TEXT = /\b(?:add|update|delete)\s+@\s*"?([\w./:-]+)|\bset\s+(?:add|update)\s[^\n;@]*@\s*([\w./:-]+)/g;

/** Only an update names a set by this key. */
const JSON_KEY = /"(?:set|map)":\s*"@([^"]+)"/g;
