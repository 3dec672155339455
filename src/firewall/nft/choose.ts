import { formatStatement } from './format-statement.ts';
import type { Case, Effect } from '../effect.ts';
import { negate, type Match } from '../match.ts';
import { badRule, readingAt, type TableContext } from './context.ts';
import { formatExpression } from './format.ts';
import { anyOf } from './match-values.ts';
import { readKey, typeNames, type Key } from './key.ts';
import { hasElement, isMember, stillThere } from './membership.ts';
import { refuseOverlaps } from './refuse-overlaps.ts';
import { refuseOtherType } from './set-type.ts';
import type { Collection, Element, Expression, Verdict, Statement } from './syntax.ts';

/** What a look-up in a map does: tests that must hold, then the effects. */
export interface Choice {
  readonly matches: readonly Match[];
  readonly effects: readonly Effect[];
}

/** What the data of an element does; `id` tells apart data that do different things. */
export interface Outcome {
  readonly id: string;
  readonly effects: readonly Effect[];
}

/**
 * The element at the key decides what happens; without one the rule ends. Elements that do the same are one case.
 * `purpose` and the type of the key name the result, so that a named map is read once.
 */
export function choose(
  keyExpression: Expression,
  data: Collection,
  purpose: string,
  outcomeOf: (data: Expression | Verdict) => Outcome,
  origin: Statement,
  context: TableContext,
): Choice {
  const key = readKey(keyExpression, context);
  const named = data.kind === 'reference' ? context.table.sets.get(data.name) : undefined;
  if (named !== undefined) refuseOtherType(key, named, context);
  if (data.kind === 'reference' && named?.uncertainty !== null) {
    const match = isMember(key, data, origin, context);
    const why = match.kind === 'unknown' ? match.why : '';
    return { matches: key.needs, effects: [{ kind: 'unknown', text: formatStatement(origin), why }] };
  }
  if (named === undefined) {
    const elements = data.kind === 'set' ? data.elements : [];
    return {
      matches: key.needs,
      effects: [{ kind: 'choose', cases: casesOf(key, elements, outcomeOf, origin, context) }],
    };
  }
  // An opaque key's cases hold the text of one rule, and a masked one's its mask: those are not shared.
  const isShared = key.selectors.every(
    (selector) =>
      selector.kind === 'number' ||
      selector.kind === 'interface' ||
      (selector.kind === 'address' && selector.mask === null),
  );
  const id = `${purpose} ${named.name} ${JSON.stringify(key.expression)} ${typeNames(key)}`;
  const known = isShared ? context.cases.get(id) : undefined;
  const cases =
    known ?? readingAt(context, named.at, () => casesOf(key, named.elements, outcomeOf, origin, context));
  if (isShared) context.cases.set(id, cases);
  return { matches: [...key.needs, ...stillThere(named)], effects: [{ kind: 'choose', cases }] };
}

function casesOf(
  key: Key,
  elements: readonly Element[],
  outcomeOf: (data: Expression | Verdict) => Outcome,
  origin: Statement,
  context: TableContext,
): readonly Case[] {
  const groups = new Map<string, { effects: readonly Effect[]; elements: Element[] }>();
  const read: (readonly [Element, string])[] = [];
  let otherwise: readonly Effect[] | undefined;
  for (const element of elements) {
    if (element.data === null)
      throw badRule(
        context,
        element.key,
        'an element of a map without a value',
        formatExpression(element.key),
        'write KEY : VALUE',
      );
    const { id, effects } = outcomeOf(element.data);
    if (element.key.kind === 'word' && element.key.text === '*') otherwise = effects;
    else {
      read.push([element, id]);
      const group = groups.get(id);
      if (group === undefined) groups.set(id, { effects, elements: [element] });
      else group.elements.push(element);
    }
  }
  refuseOverlaps(key, read, context);
  const cases = Array.from(groups.values(), (group): Case => ({
    match: hasElement(key, group.elements, origin, context),
    effects: group.effects,
  }));
  if (otherwise !== undefined) {
    const listed = cases.map(({ match }) => match);
    cases.push({ match: listed.length === 0 ? EVERYTHING : negate(anyOf(listed)), effects: otherwise });
  }
  return cases;
}

const EVERYTHING: Match = { kind: 'all', of: [] };

/** The data of a verdict map's element. */
export function isVerdict(data: Expression | Verdict): data is Verdict {
  switch (data.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'jump':
    case 'goto':
      return true;
    default:
      return false;
  }
}
