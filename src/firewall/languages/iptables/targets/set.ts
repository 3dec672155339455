import { parseDirections } from '../modules/set.ts';
import type { GivenOption, Target } from '../modules/module.ts';

/** `-j SET`: what it changes is in no answer, except for the mark it may copy out of a set. */
export const SET_TARGET: Target = {
  options: {
    '--add-set': 2,
    '--del-set': 2,
    '--map-set': 2,
    '--timeout': 1,
    '--exist': 0,
    '--map-mark': 0,
    '--map-prio': 0,
    '--map-queue': 0,
  },
  effects: (given, context) => {
    for (const { name, values } of given.filter(isOfSet)) parseDirections(name, values, context);
    return [
      given.some(({ name }) => name === '--map-mark')
        ? { kind: 'assign', field: 'mark', value: null }
        : { kind: 'continue' },
    ];
  },
};

function isOfSet({ name }: GivenOption): boolean {
  return name.endsWith('-set');
}
