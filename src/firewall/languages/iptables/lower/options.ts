import type { OptionGrammar } from '../syntax/grammar.ts';

/** Options by how many values follow each. */
export function optionsOf<T extends Omit<OptionGrammar, 'values'>>(
  counts: Readonly<Record<string, number>>,
  rest: T,
): Readonly<Record<string, T & { readonly values: number }>> {
  return Object.fromEntries(Object.entries(counts).map(([name, values]) => [name, { ...rest, values }]));
}
