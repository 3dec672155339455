import { directionsOf, parseDirections } from '../lower/sets/directions.ts';
import { optionsOf } from '../lower/options.ts';
import { listOf } from '../lower/sets/set-elements.ts';
import { isOfSource } from '../lower/sets/set-lookup.ts';
import type { Target } from '../lower/extensions.ts';
import type { OptionSyntax } from '../syntax/syntax.ts';

/** `-j SET`: what it changes is in no answer, except for the mark it may copy out of a set. */
export const SET_TARGET: Target = {
  // The tool reads them with the code of the match, so they can be negated.
  options: optionsOf(
    {
      '--add-set': 2,
      '--del-set': 2,
      '--map-set': 2,
      '--timeout': 1,
      '--exist': 0,
      '--map-mark': 0,
      '--map-prio': 0,
      '--map-queue': 0,
    },
    {},
  ),
  lower: (options, context) => {
    for (const { name, values } of options.filter(isOfSet)) parseDirections(name, values, context);
    return [
      options.some(({ name }) => name === '--map-mark')
        ? { kind: 'assign', field: 'mark', value: null }
        : { kind: 'continue' },
    ];
  },
  adds: (options, { sets }) =>
    options
      .filter(({ name }) => name === '--add-set')
      .map(({ values: [name = '', directions = ''] }) => {
        const set = sets.get(name);
        const isSource = set !== undefined && isOfSource(set, directionsOf(directions));
        return { kind: 'adds', list: listOf(name), isOfSource: isSource };
      }),
};

function isOfSet({ name }: OptionSyntax): boolean {
  return name.endsWith('-set');
}
