import { chainIn, newTable, setIn, type TableDraft } from '../nft/draft.ts';
import { WHY } from '../nft/why.ts';
import { badRuleset, type Place } from '../place.ts';
import { HOOKS, TABLE_FAMILIES, type BaseChain } from '../ruleset.ts';
import { readElements } from './elements.ts';
import { listOf, numberIn, tagged, textOf, type JsonObject } from './shape.ts';

/** The tables of the listing so far, by family and name. */
export type Tables = Map<string, TableDraft>;

/** Anything but a rule; objects that no question depends on are passed over. */
export function addObject(tables: Tables, tag: string, object: JsonObject, place: Place): void {
  switch (tag) {
    case 'metainfo': {
      checkVersion(object, place);
      return;
    }
    case 'table': {
      const table = tableOf(tables, textOf(object.family), textOf(object.name), place);
      if (listOf(object.flags).includes('dormant')) table.isDormant = true;
      return;
    }
    case 'chain':
      chainIn(tableFor(tables, object, place), textOf(object.name) ?? '', place.line).base = baseOf(
        object,
        place,
      );
      return;
    case 'set':
    case 'map':
    case 'element': {
      addSet(tableFor(tables, object, place), object, place);
      return;
    }
    default:
      if (!OBJECTS.has(tag))
        throw badRuleset(
          place,
          `not an object of nft: ${tag}`,
          undefined,
          'give the output of nft -j list ruleset',
        );
  }
}

/** Objects whose contents no question depends on. */
const OBJECTS: ReadonlySet<string> = new Set([
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'synproxy',
  'flowtable',
]);

/** The table an object is in. */
export function tableFor(tables: Tables, object: JsonObject, place: Place): TableDraft {
  return tableOf(tables, textOf(object.family), textOf(object.table), place);
}

function tableOf(
  tables: Tables,
  familyName: string | undefined,
  name: string | undefined,
  place: Place,
): TableDraft {
  const family = TABLE_FAMILIES.find((known) => known === familyName);
  if (family === undefined || name === undefined) {
    throw badRuleset(
      place,
      'an object without the family and name of its table',
      familyName,
      'give the output of nft -j list ruleset',
    );
  }
  const id = `${family} ${name}`;
  let table = tables.get(id);
  if (table === undefined) tables.set(id, (table = newTable(family, name)));
  return table;
}

function checkVersion(info: JsonObject, place: Place): void {
  const version = numberIn(info, 'json_schema_version');
  if (version === undefined || version === 1) return;
  throw badRuleset(
    place,
    `version ${version} of nft's JSON, where this program knows 1`,
    undefined,
    'give the output of nft list ruleset (text) instead',
  );
}

/** The hook of a base chain; null for one that is only jumped to. */
function baseOf(chain: JsonObject, place: Place): BaseChain | null {
  if (chain.hook === undefined && chain.type === undefined) return null;
  const { type, policy } = chain;
  const hook = HOOKS.find((known) => known === chain.hook);
  const priority = numberIn(chain, 'prio');
  if (
    hook === undefined ||
    priority === undefined ||
    (type !== 'filter' && type !== 'nat' && type !== 'route')
  ) {
    throw badRuleset(
      place,
      'a base chain without a known type, hook and priority',
      textOf(chain.name),
      'give the output of nft -j list ruleset',
    );
  }
  const devices = listOf(chain.dev).flatMap((device) => textOf(device) ?? []);
  return { hook, type, priority, policy: policy === 'drop' ? 'drop' : 'accept', devices };
}

function addSet(table: TableDraft, object: JsonObject, { line }: Place): void {
  const name = textOf(object.name) ?? '';
  const set = setIn(table, name, line);
  if (listOf(object.flags).includes('dynamic')) set.uncertainty = WHY.changing;
  const { elements, why } = readElements(listOf(object.elem), 0);
  for (const element of elements) set.elements.push(element);
  const condition = listOf(object.stmt).some(
    (statement) => !['counter', 'last'].includes(tagged(statement)?.tag ?? ''),
  );
  if (why !== null || condition) set.uncertainty ??= why ?? WHY.earlier;
}
