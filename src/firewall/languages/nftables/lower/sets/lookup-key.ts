import type { TableContext } from '../context.ts';
import type { Match } from '../../../../model/match.ts';
import { select } from '../select/select.ts';
import type { Selector } from '../select/selector.ts';
import type { Expression } from '../../syntax/syntax.ts';

/** The left-hand side of a look-up: one or several selectors, and what the kernel tests before it looks. */
export interface Key {
  readonly expression: Expression;
  readonly selectors: readonly Selector[];
  readonly dependencies: readonly Match[];
}

export function readKey(expression: Expression, context: TableContext): Key {
  if (expression.kind !== 'concat') {
    const { selector, dependencies } = select(expression, context);
    return { expression, selectors: [selector], dependencies };
  }
  const selections = expression.parts.map((part) => select(part, context));
  return {
    expression,
    selectors: selections.map(({ selector }) => selector),
    dependencies: selections.flatMap(({ dependencies }) => dependencies),
  };
}

/** Names the types of a key: what a set's elements were read as. */
export function typeNames({ selectors }: Pick<Key, 'selectors'>): string {
  return selectors
    .map((selector) => {
      switch (selector.kind) {
        case 'number':
        case 'constant':
          return selector.type.name;
        case 'address':
          return `ipv${selector.family}`;
        case 'interface':
          return selector.by;
        case 'opaque':
          return 'opaque';
      }
    })
    .join(' . ');
}

/** Something of a later nft is in it: what the kernel tests before it looks is not known either. */
export function isOfLaterVersion({ selectors }: Pick<Key, 'selectors'>): boolean {
  return selectors.some((selector) => selector.kind === 'opaque' && selector.reason.code === 'unsupported');
}
