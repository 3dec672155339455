import { formatStatement } from '../../syntax/format-statement.ts';
import { unknown, type Match } from '../../../../model/match.ts';
import { badRule, readingAt, type TableContext } from '../context.ts';
import { formatExpression } from '../../syntax/format.ts';
import { gatherAddresses } from './collect-addresses.ts';
import { gatherInterfaces } from './collect-interfaces.ts';
import { gatherNumbers } from './collect-numbers.ts';
import { finish, nothingGathered, NO_VALUES, type Gathered, type Values } from './collected.ts';
import { allOf, anyOf, matchValues } from '../match-values.ts';
import type { SetDraft } from '../../syntax/table-builder.ts';
import { isOfLaterVersion, typeNames, type Key } from './lookup-key.ts';
import { refuseOtherType } from '../../checks/set-type.ts';
import type { Selector } from '../select/selector.ts';
import type { Collection, Element, Expression, Statement } from '../../syntax/syntax.ts';
import { stillIn } from '../../../../model/assumptions.ts';

/** A set as it was read for keys of one type: for each way the later parts of a concatenation go, the values of its first. */
export interface Membership {
  readonly hasCatchAll: boolean;
  readonly rows: readonly (readonly Values[])[];
}

/** The key is in the set. */
export function isMember(key: Key, set: Collection, origin: Statement, context: TableContext): Match {
  if (set.kind === 'set') return matchRows(key, readElements(key, set.elements, context), origin);
  const named = context.table.sets.get(set.name);
  if (named === undefined) return unknown(formatStatement(origin), { code: 'no-such-set' });
  refuseOtherType(key, named, context);
  // Nobody knows what would be looked for.
  if (isOfLaterVersion(key)) return unknown(formatStatement(origin), { code: 'unsupported' });
  if (named.uncertainty !== null) return unknown(formatStatement(origin), named.uncertainty);
  const match = matchRows(key, namedMembership(key, named, context), origin);
  return named.isTimed ? { kind: 'all', of: [match, ...stillThere(named)] } : match;
}

/** The key is one of the elements that the file shows, whatever rules add to the set. */
export function isListed(key: Key, set: SetDraft, origin: Statement, context: TableContext): Match {
  const match = matchRows(key, namedMembership(key, set, context), origin);
  return set.isTimed ? { kind: 'all', of: [match, ...stillThere(set)] } : match;
}

/** What is assumed of a named set whose elements expire. */
export function stillThere({ name, isTimed, elements }: SetDraft): readonly Match[] {
  if (!isTimed || elements.length === 0) return [];
  return [{ kind: 'assumed', holds: true, assumption: stillIn(name) }];
}

/** One of the elements has the key. */
export function hasElement(
  key: Key,
  elements: readonly Element[],
  origin: Statement,
  context: TableContext,
): Match {
  return matchRows(key, readElements(key, elements, context), origin);
}

/** A named set as keys of this type look into it; thousands of rules may. */
export function namedMembership(key: Key, set: SetDraft, context: TableContext): Membership {
  const id = `${set.name} ${typeNames(key)}`;
  const known = context.memberships.get(id);
  if (known !== undefined) return known;
  const membership = readingAt(context, set.at, () => readElements(key, set.elements, context));
  context.memberships.set(id, membership);
  return membership;
}

function matchRows({ selectors }: Key, { rows, hasCatchAll }: Membership, origin: Statement): Match {
  if (hasCatchAll) return { kind: 'all', of: [] };
  if (rows.length === 0) return { kind: 'any', of: [] };
  return anyOf(
    rows.map((row) =>
      allOf(selectors.map((selector, index) => matchValues(selector, row[index] ?? NO_VALUES, origin))),
    ),
  );
}

/** Elements that differ only in their first part share a row, so that a set of a hundred thousand addresses is one test. */
function readElements(key: Key, elements: readonly Element[], context: TableContext): Membership {
  const rows = new Map<string, Gathered[]>();
  let hasCatchAll = false;
  const { selectors } = key;
  const [first] = selectors;
  const column = selectors.length === 1 && first !== undefined ? nothingGathered() : null;
  for (const { key: element } of elements) {
    if (isCatchAll(element)) {
      hasCatchAll = true;
      continue;
    }
    // Most sets are one long column.
    if (column !== null && first !== undefined && element.kind !== 'concat') {
      if (rows.size === 0) rows.set('', [column]);
      gatherInto(first, element, column, context);
      continue;
    }
    const parts = partsOf(element);
    if (parts.length !== selectors.length || first === undefined) throw wrongLength(key, element, context);
    const rest = selectors.slice(1).map((selector, index) => gather(selector, parts[index + 1], context));
    const id = rest.length === 0 ? '' : rest.map(rowId).join('|');
    const row = rows.get(id);
    if (row?.[0] === undefined) rows.set(id, [gather(first, parts[0], context), ...rest]);
    else gatherInto(first, parts[0], row[0], context);
  }
  return { hasCatchAll, rows: Array.from(rows.values(), (row) => row.map(finish)) };
}

/** `*`: whatever no other element of the set has. */
export function isCatchAll(key: Expression): boolean {
  return key.kind === 'word' && key.text === '*';
}

/** What an expression names as values of the selector's type. */
export function gather(
  selector: Selector,
  expression: Expression | undefined,
  context: TableContext,
): Gathered {
  const gathered = nothingGathered();
  gatherInto(selector, expression, gathered, context);
  return gathered;
}

function gatherInto(
  selector: Selector,
  expression: Expression | undefined,
  into: Gathered,
  context: TableContext,
): void {
  if (expression === undefined) return;
  switch (selector.kind) {
    case 'number':
    case 'constant': {
      gatherNumbers(expression, selector.type, into, context);
      return;
    }
    case 'address': {
      gatherAddresses(expression, selector.family, into, context);
      return;
    }
    case 'interface': {
      gatherInterfaces(expression, selector.by, into, context);
      return;
    }
    case 'opaque':
  }
}

function rowId({ pairs, names, unknowns }: Gathered): string {
  return `${pairs.join(',')};${names.join(',')};${unknowns.map(({ text }) => text).join(',')}`;
}

function partsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'concat' ? expression.parts : [expression];
}

function wrongLength(key: Key, element: Expression, context: TableContext): ReturnType<typeof badRule> {
  return badRule(
    context,
    element,
    `an element with another number of parts than ${formatExpression(key.expression)}`,
    formatExpression(element),
    `write ${key.selectors.length} parts joined by " . "`,
  );
}
