import type { BinaryOperator, Operator } from './syntax.ts';

export interface BinaryOperatorEntry {
  readonly operator: BinaryOperator;
  /** As in C: a higher one binds tighter. */
  readonly level: number;
}

/** Bit operations by their signs, which JSON has too, and by their names. */
export const BINARY_OPERATORS: ReadonlyMap<string, BinaryOperatorEntry> = new Map<
  string,
  BinaryOperatorEntry
>(
  (
    [
      ['|', 'or', 1],
      ['^', 'xor', 2],
      ['&', 'and', 3],
      ['<<', 'lshift', 4],
      ['>>', 'rshift', 4],
    ] as const
  ).flatMap(([operator, name, level]) => [
    [operator, { operator, level }],
    [name, { operator, level }],
  ]),
);

/** Comparisons by their signs, which JSON has too, and by their names. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['==', '=='],
  ['eq', '=='],
  ['!=', '!='],
  ['ne', '!='],
  ['<', '<'],
  ['lt', '<'],
  ['>', '>'],
  ['gt', '>'],
  ['<=', '<='],
  ['le', '<='],
  ['>=', '>='],
  ['ge', '>='],
  ['!', '!'],
]);
