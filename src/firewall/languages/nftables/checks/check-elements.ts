import { badRule, readingAt, type TableContext } from '../lower/context.ts';
import type { SetDraft } from '../syntax/table-builder.ts';
import { formatExpression } from '../syntax/format.ts';
import { collect, namedSetLookup } from '../lower/sets/set-lookup.ts';
import { keyOf } from './set-type.ts';
import type { Expression } from '../syntax/syntax.ts';
import { isVerdict } from '../syntax/verdict.ts';

/** Refuses elements of another type or number of parts than the head of their set tells; most were read by rules before. */
export function checkElements(set: SetDraft, context: TableContext): void {
  const key = set.types === null ? null : keyOf(set.types, context);
  const data = set.dataTypes === null ? null : keyOf(set.dataTypes, context);
  readingAt(context, set.at, () => {
    refuseIntervals(set, context);
    if (key !== null) namedSetLookup(key, set, context);
    if (data === null) return;
    const isVerdictMap = set.dataTypes?.[0] === 'verdict';
    for (const { key: element, data: found } of set.elements) {
      if (found === null || isVerdict(found) !== isVerdictMap)
        throw badRule(
          context,
          element,
          isVerdictMap ? 'an element without a verdict' : 'an element of a map without a value',
          formatExpression(element),
          'write KEY : VALUE, of the type that the head of the map tells',
        );
      if (isVerdict(found)) continue;
      const parts = found.kind === 'concat' ? found.parts : [found];
      data.selectors.forEach((selector, index) => collect(selector, parts[index], context));
    }
  });
}

/** Ranges and prefixes are only in sets that are made for them. */
function refuseIntervals({ name, isInterval, uncertainty, elements }: SetDraft, context: TableContext): void {
  if (isInterval !== false || uncertainty !== null) return;
  const found = elements.find(({ key }) => (key.kind === 'concat' ? key.parts : [key]).some(isWide));
  if (found === undefined) return;
  throw badRule(
    context,
    found.key,
    `set ${name} holds single values only`,
    formatExpression(found.key),
    'add flags interval to it',
  );
}

function isWide(part: Expression): boolean {
  return (
    part.kind === 'range' || part.kind === 'prefix' || (part.kind === 'word' && WILDCARD.test(part.text))
  );
}

/** `eth*`, but no star that is meant and no catch-all. */
const WILDCARD = /[^\\]\*$/;
