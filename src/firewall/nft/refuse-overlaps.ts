import type { Bound } from '../../net/interval-set.ts';
import { badRule, type TableContext } from './context.ts';
import { formatExpression } from './format.ts';
import type { Key } from './key.ts';
import { gather } from './membership.ts';
import type { Element } from './syntax.ts';

interface Interval {
  readonly from: Bound;
  readonly to: Bound;
  readonly element: Element;
  readonly id: string;
}

/** Refuses a map in which two elements have a value in common, unless they say the same twice: nft would not load it. */
export function refuseOverlaps(
  { selectors }: Key,
  elements: readonly (readonly [element: Element, id: string])[],
  context: TableContext,
): void {
  const [selector, ...others] = selectors;
  if (selector === undefined || others.length > 0) return;
  const isPlain =
    selector.kind === 'address' || (selector.kind === 'number' && selector.type.translate === undefined);
  if (!isPlain) return;
  const intervals = elements.flatMap(([element, id]): readonly Interval[] => {
    const [from, to] = gather(selector, element.key, context).pairs;
    return from === undefined || to === undefined ? [] : [{ from, to, element, id }];
  });
  intervals.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  let before: Interval | undefined;
  for (const interval of intervals) {
    const isSame = before?.from === interval.from && before.to === interval.to && before.id === interval.id;
    if (before !== undefined && interval.from < before.to && !isSame)
      throw badRule(
        context,
        interval.element.key,
        'an element that overlaps another one of the map',
        formatExpression(interval.element.key),
        'write each value once',
      );
    before = interval;
  }
}
