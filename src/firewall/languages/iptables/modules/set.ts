import { negate, unknown } from '../../../model/match.ts';
import type { MatchModule, MatchOption } from '../lower/extensions.ts';
import { directionsOf, parseDirections } from '../lower/sets/directions.ts';
import { setMatch } from '../lower/sets/set-lookup.ts';
import { formatModule } from '../syntax/format.ts';

/** Options that make a lookup depend on the set's counters. */
const COUNTERS = ['--packets-eq', '--packets-lt', '--packets-gt', '--bytes-eq', '--bytes-lt', '--bytes-gt'];

const MATCH_SET: MatchOption = {
  values: 2,
  slot: 'set',
  lower: (values, context) => {
    parseDirections('--match-set', values, context);
    return undefined;
  },
};

export const SET: MatchModule = {
  options: {
    '--match-set': MATCH_SET,
    // As old versions called it.
    '--set': MATCH_SET,
    '--return-nomatch': { values: 0, isNeverNegated: true, mayRepeat: true },
    '--update-counters': { values: 0, mayRepeat: true },
    '--update-subcounters': { values: 0, mayRepeat: true },
    ...Object.fromEntries(COUNTERS.map((name) => [name, counter(name)])),
  },
  lower: (module, context) => {
    const has = (...names: readonly string[]): boolean =>
      module.options.some(({ name }) => names.includes(name));
    if (has('--return-nomatch')) return [unknown(formatModule(module), { code: 'only-exceptions' })];
    const option = module.options.find(({ name }) => name === '--match-set' || name === '--set');
    const [name = '', directions = ''] = option?.values ?? [];
    const match = setMatch(name, directionsOf(directions), context);
    const isNegated = option?.isNegated === true;
    if (!has(...COUNTERS)) return [isNegated ? negate(match) : match];
    // Whether `!` covers the counters too differs from kernel to kernel.
    const counters = unknown(formatModule(module), { code: 'set-counters' });
    return isNegated ? [counters] : [match, counters];
  },
};

function counter(name: string): MatchOption {
  const slot = name.startsWith('--bytes') ? 'bytes' : 'packets';
  return name.endsWith('-eq') ? { values: 1, slot } : { values: 1, slot, isNeverNegated: true };
}
