import type { TableDraft } from '../../syntax/table-builder.ts';

/**
 * A set that rules add to or delete from may have any element. The flag `dynamic` only says that rules may, which a JSON
 * listing leaves out: where none does, packets change nothing. Found in the text of the file, so that it is known before the
 * first rule is read.
 */
export function markChangingSets(text: string, tables: Iterable<TableDraft>): void {
  const olden = Array.from(text.matchAll(OLD_FORM), ([statement]) => statement);
  const changing = new Set([
    ...namesIn(text, UPDATE),
    ...namesIn(text, JSON_KEY),
    ...olden.flatMap((statement) => namesIn(statement, NAME)),
  ]);
  if (changing.size === 0) return;
  const reduced = new Set([
    ...namesIn(text, DELETE),
    ...olden
      .filter((statement) => /\bdelete\b/.test(statement))
      .flatMap((statement) => namesIn(statement, NAME)),
    ...reducedInJson(text),
  ]);
  for (const { sets } of tables) {
    for (const set of sets.values()) {
      if (changing.has(set.name)) set.uncertainty ??= { code: 'changing-set' };
      set.isReduced ||= reduced.has(set.name);
    }
  }
}

/** In the order of keys that nft writes; of statements in another one any set may be meant. */
function reducedInJson(text: string): readonly string[] {
  const deletes = Array.from(text.matchAll(JSON_DELETE)).length;
  const names = namesIn(text, JSON_DELETE_FROM);
  return names.length === deletes ? names : namesIn(text, JSON_KEY);
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return Array.from(text.matchAll(pattern), ([, name = '']) => name);
}

/** `add @name {`; a backslash carries a line on. JSON has map updates as text, too. */
const UPDATE = /\b(?:add|update|delete)[\s\\]*@[\s\\]*([\w./:-]+)/g;

const DELETE = /\bdelete[\s\\]*@[\s\\]*([\w./:-]+)/g;
const JSON_DELETE = /"op"\s*:\s*"delete"/g;
const JSON_DELETE_FROM = /"op"\s*:\s*"delete"(?:(?!"op"|"@)[^])*"(?:set|map)"\s*:\s*"@([^"]+)"/g;

/** The older `set add … @name`, which names it after a key that may have such a sign itself: `@nh,96,32`. */
const OLD_FORM = /\bset[\s\\]+(?:add|update|delete)\b(?:\\\r?\n|[^;\n])*/g;
const NAME = /@[\s\\]*([\w./:-]+)/g;

/** Only an update names a set by this key. */
const JSON_KEY = /"(?:set|map)"\s*:\s*"@([^"]+)"/g;
