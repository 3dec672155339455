import { unknown, type Counter, type Match } from '../../../../model/match.ts';
import { badRule, readingAt, type TableContext } from '../context.ts';
import { formatExpression } from '../../syntax/format.ts';
import { collectAddresses } from '../values/collect-addresses.ts';
import { collectInterfaces } from '../values/collect-interfaces.ts';
import { collectNumbers } from '../values/collect-numbers.ts';
import { toValues, emptyCollection, NO_VALUES, type Collected, type SetLookup } from '../values/collected.ts';
import { allOf, anyOf, matchValues } from '../match-values.ts';
import type { SetDraft } from '../../syntax/table-builder.ts';
import { isOfLaterVersion, typeNames, type Key } from './lookup-key.ts';
import type { Selector } from '../select/selector.ts';
import type { Collection, Element, Expression } from '../../syntax/syntax.ts';

/** The key is in the set. */
export function lookUpSet(key: Key, set: Collection, text: () => string, context: TableContext): Match {
  if (set.kind === 'set') return matchRows(key, readElements(key, set.elements, context), text);
  const named = context.table.sets.get(set.name);
  if (named === undefined) return unknown(text(), { code: 'no-such-set' });
  // Which value is looked up is not known.
  if (isOfLaterVersion(key)) return unknown(text(), { code: 'unsupported' });
  if (named.uncertainty?.code === 'changing-set') return lookUpChanging(key, named, text, context);
  if (named.uncertainty !== null) return unknown(text(), named.uncertainty);
  return lookUpListed(key, named, text, context);
}

/** Rules put elements into the set: those the file shows stay, unless rules also delete some. */
function lookUpChanging(key: Key, set: SetDraft, text: () => string, context: TableContext): Match {
  const perhaps = unknown(
    text(),
    { code: 'changing-set' },
    {
      ...(set.isReduced && set.elements.length > 0 ? {} : { ifPlain: false }),
      list: listOf(set.name),
      ...(!set.isReduced && isOfSource(key) ? { ownList: listOf(set.name) } : {}),
    },
    counterOf(set.name, context),
  );
  return set.isReduced || set.elements.length === 0
    ? perhaps
    : { kind: 'any', of: [lookUpListed(key, set, text, context), perhaps] };
}

/** The key is the whole address of the source. */
export function isOfSource({ selectors: [only, ...more] }: Key): boolean {
  return more.length === 0 && only?.kind === 'address' && only.field === 'source' && only.mask === null;
}

/** What a dynamic set is called among the lists of one table. */
export function listOf(name: string): string {
  return `set ${name}`;
}

/** The key is one of the elements that the file shows, whatever rules add to the set. */
export function lookUpListed(key: Key, set: SetDraft, text: () => string, context: TableContext): Match {
  const of = (isTemporary: boolean): Match =>
    matchRows(key, namedSetLookup(key, set, context, isTemporary), text);
  if (!set.elements.some((element) => mayExpire(element, set))) return of(false);
  return { kind: 'any', of: [of(false), { kind: 'all', of: [of(true), stillPresent(set, context)] }] };
}

/** The element has a timeout: its own, else that of the set. */
export function mayExpire({ isTemporary }: Element, { isTimed }: SetDraft): boolean {
  return isTemporary ?? isTimed;
}

/**
 * A listing shows a set at one moment: an element with a timeout is there then, and may be gone by the time of the packet. No packet is
 * plain for that: who is listed is listed.
 */
export function stillPresent({ name }: SetDraft, context: TableContext): Match {
  const known = { isEither: true, list: listOf(name) } as const;
  return unknown(`set ${name}`, { code: 'expiring-elements' }, known, counterOf(name, context));
}

/** Tests of a set share what rules and time make of it, but not with a set of that name in another table. */
export function counterOf(set: string, { table: { family, name } }: TableContext): Counter {
  return { shared: `${family} ${name} set ${set}` };
}

/** One of the elements has the key. */
export function lookUpElements(
  key: Key,
  elements: readonly Element[],
  text: () => string,
  context: TableContext,
): Match {
  return matchRows(key, readElements(key, elements, context), text);
}

/** The lasting or the temporary elements of a named set as keys of this type look into it; thousands of rules may. */
export function namedSetLookup(
  key: Key,
  set: SetDraft,
  context: TableContext,
  isTemporary: boolean,
): SetLookup {
  const id = `${set.name} ${isTemporary ? 'temporary' : 'lasting'} ${typeNames(key)}`;
  const known = context.setLookups.get(id);
  if (known !== undefined) return known;
  const own = set.elements.filter((element) => mayExpire(element, set) === isTemporary);
  const isNamed = !set.isInterval && key.selectors.some(({ kind }) => kind === 'interface');
  const elements = isNamed ? own.map((one) => ({ ...one, key: literal(one.key) })) : own;
  const lookup = readingAt(context, set.at, () => readElements(key, elements, context));
  context.setLookups.set(id, lookup);
  return lookup;
}

/** nft takes no beginning of a name without `flags interval`, and lists a literal star in a set as it lists one of those. */
function literal(key: Expression): Expression {
  if (key.kind === 'concat') return { ...key, parts: key.parts.map(literal) };
  if (key.kind !== 'word' || !/[^\\]\*$/.test(key.text)) return key;
  return { ...key, text: key.text.replace(/\*$/, '\\*') };
}

function matchRows({ selectors }: Key, { rows, hasCatchAll }: SetLookup, text: () => string): Match {
  if (hasCatchAll) return { kind: 'all', of: [] };
  if (rows.length === 0) return { kind: 'any', of: [] };
  return anyOf(
    rows.map((row) =>
      allOf(selectors.map((selector, index) => matchValues(selector, row[index] ?? NO_VALUES, text))),
    ),
  );
}

/** Elements that differ only in their first part share a row, so that a set of a hundred thousand addresses is one test. */
function readElements(key: Key, elements: readonly Element[], context: TableContext): SetLookup {
  const rows = new Map<string, Collected[]>();
  let hasCatchAll = false;
  const { selectors } = key;
  const [first] = selectors;
  const column = selectors.length === 1 && first !== undefined ? emptyCollection() : null;
  for (const { key: element } of elements) {
    if (isCatchAll(element)) {
      hasCatchAll = true;
      continue;
    }
    // Most sets are one long column.
    if (column !== null && first !== undefined && element.kind !== 'concat') {
      if (rows.size === 0) rows.set('', [column]);
      collectInto(first, element, column, context);
      continue;
    }
    const parts = partsOf(element);
    if (parts.length !== selectors.length || first === undefined) throw wrongLength(key, element, context);
    const rest = selectors.slice(1).map((selector, index) => collect(selector, parts[index + 1], context));
    const id = rest.length === 0 ? '' : rest.map(rowId).join('|');
    const row = rows.get(id);
    if (row?.[0] === undefined) rows.set(id, [collect(first, parts[0], context), ...rest]);
    else collectInto(first, parts[0], row[0], context);
  }
  return { hasCatchAll, rows: Array.from(rows.values(), (row) => row.map(toValues)) };
}

/** `*`: whatever no other element of the set has. */
export function isCatchAll(key: Expression): boolean {
  return key.kind === 'word' && key.text === '*';
}

/** What an expression names as values of the selector's type. */
export function collect(
  selector: Selector,
  expression: Expression | undefined,
  context: TableContext,
): Collected {
  const collected = emptyCollection();
  collectInto(selector, expression, collected, context);
  return collected;
}

function collectInto(
  selector: Selector,
  expression: Expression | undefined,
  into: Collected,
  context: TableContext,
): void {
  if (expression === undefined) return;
  switch (selector.kind) {
    case 'number':
    case 'constant': {
      collectNumbers(expression, selector.type, into, context);
      return;
    }
    case 'address': {
      collectAddresses(expression, selector.family, into, context);
      return;
    }
    case 'interface': {
      collectInterfaces(expression, selector.by, into, context);
      return;
    }
    case 'opaque':
  }
}

function rowId({ pairs, names, unknowns }: Collected): string {
  return `${pairs.join(',')};${names.join(',')};${unknowns.map(({ text }) => text).join(',')}`;
}

function partsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'concat' ? expression.parts : [expression];
}

function wrongLength(key: Key, element: Expression, context: TableContext): ReturnType<typeof badRule> {
  return badRule(
    context,
    element,
    `a set element whose number of fields differs from the key ${formatExpression(key.expression)}`,
    formatExpression(element),
    `write ${key.selectors.length} fields joined by " . "`,
  );
}
