import type { MapCase, Effect } from '../../../../model/action.ts';
import { negate, type Match } from '../../../../model/match.ts';
import { badRule, readingAt, type TableContext } from '../context.ts';
import { formatExpression } from '../../syntax/format.ts';
import type { Lowered } from '../lowered.ts';
import type { SetDraft } from '../../syntax/table-builder.ts';
import { allOf, anyOf } from '../match-values.ts';
import { readKey, typeNames, type Key } from './lookup-key.ts';
import { lookUpElements, isCatchAll, lookUpSet, mayExpire, stillPresent } from './set-lookup.ts';
import { elementOrder, type Entry } from './element-order.ts';
import type { Collection, Element, Expression, Verdict } from '../../syntax/syntax.ts';

/** What the data of an element does; data that do the same have the same `id`. */
export interface ElementMeaning {
  readonly id: string;
  readonly effects: readonly Effect[];
}

/**
 * The element at the key decides what happens; without one the rule ends. Elements that do the same are one case.
 * `purpose` and the type of the key name the result, so that a named map is read once.
 */
export function lookUpMap(
  keyExpression: Expression,
  data: Collection,
  purpose: string,
  meaningOf: (data: Expression | Verdict) => ElementMeaning,
  text: () => string,
  context: TableContext,
): Lowered {
  const key = readKey(keyExpression, context);
  const named = data.kind === 'reference' ? context.table.sets.get(data.name) : undefined;
  if (data.kind === 'reference' && named?.uncertainty !== null) {
    const match = lookUpSet(key, data, text, context);
    const reason = match.kind === 'unknown' ? match.reason : ({ code: 'unsupported' } as const);
    return { matches: key.dependencies, effects: [{ kind: 'unknown', text: text(), reason }] };
  }
  if (named === undefined) {
    const elements = data.kind === 'set' ? data.elements : [];
    return {
      matches: key.dependencies,
      effects: [{ kind: 'choose', cases: casesOf(key, elements, null, meaningOf, text, context) }],
    };
  }
  // The cases of an opaque key contain the text of one rule, those of a masked key its mask: they are not shared.
  const isShared = key.selectors.every(
    (selector) =>
      selector.kind === 'number' ||
      selector.kind === 'interface' ||
      (selector.kind === 'address' && selector.mask === null),
  );
  const id = `${purpose} ${named.name} ${JSON.stringify(key.expression)} ${typeNames(key)}`;
  const known = isShared ? context.cases.get(id) : undefined;
  const cases =
    known ??
    readingAt(context, named.at, () => casesOf(key, named.elements, named, meaningOf, text, context));
  if (isShared) context.cases.set(id, cases);
  return { matches: key.dependencies, effects: [{ kind: 'choose', cases }] };
}

function casesOf(
  key: Key,
  elements: readonly Element[],
  set: SetDraft | null,
  meaningOf: (data: Expression | Verdict) => ElementMeaning,
  text: () => string,
  context: TableContext,
): readonly MapCase[] {
  const read: ReadEntry[] = [];
  let otherwise: Pick<Group, 'effects' | 'present'> | undefined;
  for (const element of elements) {
    if (element.data === null)
      throw badRule(
        context,
        element.key,
        'an element of a map without a value',
        formatExpression(element.key),
        'write KEY : VALUE',
      );
    const { id: meaning, effects } = meaningOf(element.data);
    const present = set !== null && mayExpire(element, set) ? [stillPresent(set, context)] : [];
    const group = present.length === 0 ? meaning : `${meaning} for a time`;
    read.push({ element, id: meaning, group, effects, present });
    if (isCatchAll(element.key)) otherwise = { effects, present };
  }
  const order = elementOrder(key, read, context);
  if (order === 'conflict') {
    return [
      {
        match: EVERYTHING,
        effects: [{ kind: 'unknown', text: text(), reason: { code: 'overlapping-elements' } }],
      },
    ];
  }
  const keyed = read.filter(({ element }) => !isCatchAll(element.key));
  const cases = groupsOf(keyed, order === 'first-counts').map((group): MapCase => ({
    match: allOf([lookUpElements(key, group.elements, text, context), ...group.present]),
    effects: group.effects,
  }));
  if (otherwise !== undefined) {
    const listed = cases.map(({ match }) => match);
    const rest = listed.length === 0 ? EVERYTHING : negate(anyOf(listed));
    cases.push({ match: allOf([rest, ...otherwise.present]), effects: otherwise.effects });
  }
  return cases;
}

/** Elements that do the same. */
interface Group extends Pick<ElementMeaning, 'effects'> {
  /** Their presence in the map, where they have a timeout. */
  readonly present: readonly Match[];
  readonly elements: Element[];
}

type ReadEntry = Entry & Pick<Group, 'effects' | 'present'>;

/** In the order of the map. Where of overlapping elements the first counts, only neighbours are put together. */
function groupsOf(read: readonly ReadEntry[], isOrdered: boolean): readonly Group[] {
  const groups = new Map<string, Group>();
  const inOrder: Group[] = [];
  let last: string | null = null;
  for (const { element, group: id, effects, present } of read) {
    const known = !isOrdered || last === id ? groups.get(id) : undefined;
    last = id;
    if (known === undefined) {
      const fresh = { effects, present, elements: [element] };
      groups.set(id, fresh);
      inOrder.push(fresh);
    } else known.elements.push(element);
  }
  return inOrder;
}

const EVERYTHING: Match = { kind: 'all', of: [] };
