import type { Effect } from '../../../model/action.ts';
import type { Target } from '../lower/extensions.ts';
import { always, targetOptions } from './always.ts';

/** What `-j CT` without `--notrack` does: from then on the packet has what the connection begins with, and stays tracked. */
export const TEMPLATE: Effect = { kind: 'continue' };

export const CT: Target = {
  options: targetOptions({
    '--notrack': 0,
    '--helper': 1,
    '--ctevents': 1,
    '--expevents': 1,
    '--zone': 1,
    '--zone-orig': 1,
    '--zone-reply': 1,
    '--timeout': 1,
  }),
  lower: (options) => {
    if (options.some(({ name }) => name.startsWith('--zone')))
      return [{ kind: 'unknown', text: '-j CT --zone', reason: { code: 'conntrack-zone' } }];
    return [options.some(({ name }) => name === '--notrack') ? { kind: 'untrack' } : TEMPLATE];
  },
};

export const NOTRACK: Target = always({ kind: 'untrack' });
