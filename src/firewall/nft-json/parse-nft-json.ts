import { markChangingSets } from '../nft/changing-sets.ts';
import { compileRuleset } from '../nft/compile-ruleset.ts';
import { formatStatements } from '../nft/format-statement.ts';
import type { RuleDraft } from '../nft/syntax.ts';
import { badRuleset } from '../place.ts';
import type { Ruleset } from '../ruleset.ts';
import { entriesOf, readAgain, type Entry } from './document.ts';
import { addObject, tableFor, type Tables } from './objects.ts';
import { isObject, listOf, showJson, tagged, textOf, type JsonObject } from './shape.ts';
import { readStatements } from './statement.ts';
import { chainIn } from '../nft/draft.ts';

/**
 * What `nft -j list ruleset` prints (libnftables-json(5), schema version 1).
 * @throws InputError with line and column on what is not such JSON.
 */
export function parseNftJson(text: string, file: string): Ruleset {
  const tables: Tables = new Map();
  for (const entry of entriesOf(text, file)) {
    const { tag, content } = unwrapped(entry, file);
    if (!isObject(content)) continue;
    if (tag === 'rule') addRule(tables, content, text, entry, file);
    else addObject(tables, tag, content, { file, line: entry.line });
  }
  if (tables.size === 0)
    throw badRuleset(
      { file, line: 1 },
      'no table in it',
      undefined,
      'give the output of nft -j list ruleset',
    );
  markChangingSets(text, tables.values());
  return compileRuleset(tables.values(), file, 'nft-json');
}

/** An object of the listing, or one that a command adds. */
function unwrapped(
  { value, line }: Entry,
  file: string,
): { readonly tag: string; readonly content: unknown } {
  const object = tagged(value);
  if (object?.tag !== 'add' && object?.tag !== 'create') {
    if (object !== undefined && !COMMANDS.has(object.tag)) return object;
    const what =
      object === undefined ? 'not an object of nft' : `a command this program does not follow: ${object.tag}`;
    throw badRuleset({ file, line }, what, showJson(value), 'give the output of nft -j list ruleset');
  }
  const added = tagged(object.content);
  if (added !== undefined) return added;
  throw badRuleset(
    { file, line },
    'not an object of nft',
    showJson(value),
    'give the output of nft -j list ruleset',
  );
}

const COMMANDS: ReadonlySet<string> = new Set([
  'insert',
  'replace',
  'delete',
  'destroy',
  'flush',
  'reset',
  'rename',
]);

function addRule(tables: Tables, rule: JsonObject, text: string, entry: Entry, file: string): void {
  const { line, start, end } = entry;
  const table = tableFor(tables, rule, { file, line });
  const chain = chainIn(table, textOf(rule.chain) ?? '', line);
  chain.rules.push(ruleDraft(text, { start, end }, line, file));
}

/** The rule is read again when it is compiled: the trees of a million rules are not kept. */
function ruleDraft(text: string, place: Pick<Entry, 'start' | 'end'>, line: number, file: string): RuleDraft {
  return {
    line,
    read: () => {
      const entry = tagged(readAgain(text, place));
      const rule =
        entry?.tag === 'add' || entry?.tag === 'create' ? tagged(entry.content)?.content : entry?.content;
      const { expr, comment } = isObject(rule) ? rule : {};
      const statements = listOf(expr).flatMap((value) => readStatements(value, file, line));
      const words = formatStatements(statements);
      return { text: typeof comment === 'string' ? `${words} comment "${comment}"` : words, statements };
    },
  };
}
