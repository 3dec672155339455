import { baseChainFlaw } from '../checks/base-chain.ts';
import { OBJECT_KINDS } from '../syntax/object-kinds.ts';
import {
  chainIn,
  newTable,
  setIn,
  tableId,
  type ChainDraft,
  type TableDraft,
  type Tables,
} from '../syntax/table-builder.ts';
import type { InputError } from '../../../../input-error.ts';
import type { Origin } from '../syntax/origin.ts';
import { badRuleset } from '../../../model/source-location.ts';
import { HOOKS, TABLE_FAMILIES, type BaseChain, type TableFamily } from '../../../model/ruleset.ts';
import { hasCounter, readElements } from './expression.ts';
import { listOf, numberIn, tagged, textOf, type JsonObject } from './shape.ts';

/** Where an object is in the listing. */
export interface ObjectSource {
  readonly line: number;
  readonly at: number;
  readonly origin: Origin;
  /** See `losesSetStatements`. */
  readonly isLossy: boolean;
}

/** The error for an object, at the value in it that is to blame. */
export function badObject(
  { at, origin }: ObjectSource,
  message: string,
  value: string | undefined,
  fix = 'give the output of nft -j list ruleset',
): InputError {
  const word = value === undefined ? null : ({ kind: 'word', text: value, at: 0 } as const);
  return badRuleset(origin.placeOf(word, at), message, value, fix);
}

/** Adds anything but a rule; objects that decide nothing by themselves are skipped. */
export function addObject(tables: Tables, tag: string, object: JsonObject, source: ObjectSource): void {
  switch (tag) {
    case 'metainfo': {
      checkVersion(object, source);
      return;
    }
    case 'table': {
      const { family, name, id } = tableName(object.family, object.name, source);
      const table = tables.get(id) ?? newTable(family, name);
      tables.set(id, table);
      const flags = listOf(object.flags);
      // nft 1.0.6 writes the name of the table, of a chain or of a set instead.
      if (!flags.every((flag) => TABLE_FLAGS.has(flag))) table.isDormant = null;
      else if (flags.includes('dormant')) table.isDormant = true;
      return;
    }
    case 'chain': {
      const table = tableFor(tables, object, source);
      const chain = chainIn(table, nameOf(object.name, source), source.line);
      chain.base = baseOf(object, table, source);
      chain.handle = numberIn(object, 'handle');
      return;
    }
    case 'set':
    case 'map':
    case 'element': {
      addSet(tableFor(tables, object, source), tag, object, source);
      return;
    }
    default:
      if (!OBJECT_KINDS.has(tag)) throw badObject(source, `not an object of nft: ${tag}`, tag);
      addOther(tableFor(tables, object, source), tag, object, nameOf(object.name, source));
  }
}

/** Of limits and quotas what text has in their braces is kept. */
function addOther({ objects }: TableDraft, tag: string, object: JsonObject, name: string): void {
  const word = (key: string): string => textOf(object[key]) ?? '';
  const over = object.inv === true ? 'over ' : '';
  const isOfBytes = object.rate_unit !== undefined && object.rate_unit !== 'packets';
  if (tag === 'quota')
    objects.set(`quota ${name}`, `${over}${word('bytes')} bytes used ${word('used') || '0'} bytes`);
  if (tag !== 'limit') return;
  const unit = isOfBytes ? ` ${word('rate_unit')}` : '';
  const burst = isOfBytes || object.burst === undefined ? '' : ` burst ${word('burst')} packets`;
  objects.set(`limit ${name}`, `rate ${over}${word('rate')}${unit}/${word('per')}${burst}`);
}

const TABLE_FLAGS: ReadonlySet<unknown> = new Set(['dormant', 'owner', 'persist']);

/** The table an object is in: every listing has it before the object. */
export function tableFor(tables: Tables, object: JsonObject, source: ObjectSource): TableDraft {
  const { family, name, id } = tableName(object.family, object.table, source);
  const table = tables.get(id);
  if (table === undefined)
    throw badObject(source, `table ${family} ${name} is not declared before this`, name);
  return table;
}

/** The chain a rule is in. */
export function chainFor(tables: Tables, rule: JsonObject, source: ObjectSource): ChainDraft {
  const { chains, name: table } = tableFor(tables, rule, source);
  const name = nameOf(rule.chain, source);
  const chain = chains.get(name);
  if (chain === undefined)
    throw badObject(source, `chain "${name}" of table ${table} is not declared before this`, name);
  return chain;
}

function tableName(
  familyName: unknown,
  name: unknown,
  source: ObjectSource,
): { readonly family: TableFamily; readonly name: string; readonly id: string } {
  const family = TABLE_FAMILIES.find((known) => known === familyName);
  if (family === undefined || typeof name !== 'string')
    throw badObject(source, 'an object without the family and name of its table', textOf(familyName));
  return { family, name, id: tableId(family, name) };
}

function nameOf(name: unknown, source: ObjectSource): string {
  if (typeof name === 'string' && name !== '') return name;
  throw badObject(source, 'an object without its name', textOf(name));
}

function checkVersion(info: JsonObject, source: ObjectSource): void {
  const version = numberIn(info, 'json_schema_version');
  if (version === undefined || version === 1) return;
  throw badObject(
    source,
    `version ${version} of nft's JSON; this program reads version 1`,
    'json_schema_version',
    'give the output of nft list ruleset (text) instead',
  );
}

/** The hook of a base chain; null for one that is only jumped to. */
function baseOf(chain: JsonObject, table: TableDraft, source: ObjectSource): BaseChain | null {
  if (chain.hook === undefined && chain.type === undefined) return null;
  const { type, policy } = chain;
  const hook = HOOKS.find((known) => known === chain.hook);
  const priority = numberIn(chain, 'prio');
  if (
    hook === undefined ||
    priority === undefined ||
    (type !== 'filter' && type !== 'nat' && type !== 'route')
  ) {
    throw badObject(source, 'a base chain without a known type, hook and priority', textOf(chain.name));
  }
  const flaw = baseChainFlaw({ type, hook, priority }, table.family);
  if (flaw !== null) throw badObject(source, flaw, hook);
  // nft 1.0.6 leaves out the one device of a chain.
  const isUntold = (hook === 'ingress' || hook === 'egress') && chain.dev === undefined;
  const devices = isUntold ? ['*'] : listOf(chain.dev).flatMap((device) => textOf(device) ?? []);
  return { hook, type, priority, policy: policy === 'drop' ? 'drop' : 'accept', devices };
}

function addSet(table: TableDraft, tag: string, object: JsonObject, source: ObjectSource): void {
  const set = setIn(table, nameOf(object.name, source), source.at);
  set.isInterval ||= listOf(object.flags).includes('interval');
  set.isTimed ||= object.timeout !== undefined && object.timeout !== 0;
  set.size = numberIn(object, 'size') ?? set.size;
  const values = listOf(object.elem);
  const { elements, reason } = readElements(values, 0);
  if (source.isLossy && object.stmt === undefined && values.some(hasCounter))
    set.uncertainty ??= { code: 'lost-statements' };
  for (const element of elements) set.elements.push(element);
  const condition = listOf(object.stmt).some(
    (statement) => !['counter', 'last'].includes(tagged(statement)?.tag ?? ''),
  );
  if (reason !== null || condition) set.uncertainty ??= reason ?? { code: 'earlier-packets' };
}
