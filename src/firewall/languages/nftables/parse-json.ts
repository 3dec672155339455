import { markChangingSets } from './lower/sets/dynamic-sets.ts';
import { markUnlistedSets } from './lower/sets/unlisted-sets.ts';
import { lowerRuleset } from './lower/lower-ruleset.ts';
import type { RuleDraft } from './syntax/syntax.ts';
import { badRuleset } from '../../model/source-location.ts';
import type { Ruleset } from '../../model/ruleset.ts';
import { entriesOf, readAgain, type Entry } from './json/document.ts';
import { jsonOrigin } from './json/json-origin.ts';
import { losesSetStatements } from './quirks/json-losses.ts';
import { addObject, badObject, chainFor, type ObjectSource } from './json/objects.ts';
import { isArray, isObject, listOf, numberIn, tagged, type JsonObject } from './json/shape.ts';
import { formatStatements, lowerStatement } from './statements/index.ts';
import { readJsonStatement } from './statements/read-json.ts';
import type { Tables } from './syntax/table-builder.ts';

/**
 * What `nft -j list ruleset` prints (libnftables-json(5), schema version 1).
 * @throws InputError with line and column on what is not such JSON.
 */
export function parseNftJson(text: string, file: string): Ruleset {
  const tables: Tables = new Map();
  const origin = jsonOrigin(file, text);
  let isListing = false;
  let isLossy = losesSetStatements(null);
  for (const entry of entriesOf(text, file)) {
    const source: ObjectSource = { line: entry.line, at: entry.start, origin, isLossy };
    const { tag, content } = unwrapped(entry.value, source);
    if (!isObject(content)) continue;
    isListing ||= tag === 'metainfo';
    if (tag === 'metainfo') isLossy = losesSetStatements(content);
    if (tag === 'rule') addRule(tables, content, text, entry, source);
    else addObject(tables, tag, content, source);
  }
  // A kernel without a table lists its version alone.
  if (tables.size === 0 && !isListing)
    throw badRuleset(
      { file, line: 1, column: 1 },
      'no table in it',
      undefined,
      'give the output of nft -j list ruleset',
    );
  markChangingSets(text, tables.values());
  markUnlistedSets([...tables.values()]);
  return lowerRuleset(tables.values(), { file, dialect: 'nft-json', origin }, lowerStatement);
}

/** An object of the listing, or one that a command adds. */
function unwrapped(
  value: unknown,
  source: ObjectSource,
): { readonly tag: string; readonly content: unknown } {
  const object = tagged(value);
  if (object?.tag !== 'add' && object?.tag !== 'create') {
    if (object !== undefined && !COMMANDS.has(object.tag)) return object;
    const what =
      object === undefined
        ? 'not an object of nft'
        : `a command that this program does not support: ${object.tag}`;
    throw badObject(source, what, object?.tag);
  }
  const added = tagged(object.content);
  if (added !== undefined) return added;
  throw badObject(source, 'not an object of nft', object.tag);
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

function addRule(tables: Tables, rule: JsonObject, text: string, entry: Entry, source: ObjectSource): void {
  const chain = chainFor(tables, rule, source);
  if (rule.expr !== undefined && !isArray(rule.expr))
    throw badObject(source, '"expr" of a rule is not a list', undefined);
  // nft leaves `expr` out where the rule has no statement; what has another name in its place is not such a rule.
  const stranger = rule.expr === undefined ? Object.keys(rule).find((key) => !KEYS.has(key)) : undefined;
  if (stranger !== undefined)
    throw badObject(source, 'a rule without "expr", but with a key nft does not list', stranger);
  chain.rules.push(ruleDraft(text, { ...entry, handle: numberIn(rule, 'handle') }, source));
}

/** All that nft lists of a rule without statements. */
const KEYS: ReadonlySet<string> = new Set(['family', 'table', 'chain', 'handle', 'comment', 'index']);

/** The rule is read again when it is compiled: the trees of a million rules are not kept. */
function ruleDraft(
  text: string,
  { start, end, handle }: Pick<Entry, 'start' | 'end'> & Pick<RuleDraft, 'handle'>,
  source: ObjectSource,
): RuleDraft {
  const { line, origin, isLossy } = source;
  return {
    line,
    handle,
    at: start,
    read: () => {
      const entry = tagged(readAgain(text, { start, end }));
      const rule =
        entry?.tag === 'add' || entry?.tag === 'create' ? tagged(entry.content)?.content : entry?.content;
      const { expr, comment } = isObject(rule) ? rule : {};
      const source = { line, at: start, origin, isLossy };
      const statements = listOf(expr).flatMap((value) => readJsonStatement(value, source));
      const words = formatStatements(statements);
      return { text: typeof comment === 'string' ? `${words} comment "${comment}"` : words, statements };
    },
  };
}
