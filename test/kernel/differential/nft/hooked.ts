import type fc from 'fast-check';
import type { Topic } from '../topics.ts';
import type { Purpose } from './rules.ts';
import { oneOf, phrase } from './phrase.ts';

export type NftHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** A kind of base chain. */
export interface HookedChain {
  readonly weight: number;
  /** Its first line. */
  readonly head: fc.Arbitrary<string>;
  readonly purpose: Purpose;
}

/** The base chains a hook may have. */
export function hookedChains(hook: NftHook, isHostile: boolean, topic: Topic | null): readonly HookedChain[] {
  const head = (
    type: string,
    priority: fc.Arbitrary<string>,
    policy: fc.Arbitrary<string>,
  ): fc.Arbitrary<string> => phrase`type ${type} hook ${hook} priority ${priority}; policy ${policy};`;
  const filter = { weight: 6, head: head('filter', ANY, MOSTLY_ACCEPT) };
  const early = {
    weight: 2,
    head: head(
      'filter',
      topic !== null ? LONG_BEFORE : isHostile ? BESIDE_CONNTRACK : BEFORE_CONNTRACK,
      MOSTLY_ACCEPT,
    ),
    purpose: 'early',
  } as const;
  switch (hook) {
    case 'prerouting':
      return [
        { ...filter, purpose: 'early' },
        early,
        {
          weight: 5,
          head: head('nat', oneOf('-100', 'dstnat', 'dstnat + 5', '-150', '0', '10'), ACCEPT),
          purpose: 'dnat',
        },
      ];
    case 'input':
      return [
        { weight: 8, head: head('filter', ANY, EITHER), purpose: 'gate' },
        { weight: 1, head: head('nat', oneOf('100', '0'), ACCEPT), purpose: 'input-snat' },
      ];
    case 'forward':
      return [{ weight: 8, head: head('filter', ANY, EITHER), purpose: 'gate' }];
    case 'output':
      return [
        { ...filter, purpose: 'gate' },
        early,
        { weight: 1, head: head('route', oneOf('mangle', '-150', '5'), ACCEPT), purpose: 'early' },
        { weight: 2, head: head('nat', oneOf('-100', '-150', '0', '10'), ACCEPT), purpose: 'dnat' },
      ];
    case 'postrouting':
      return [
        { ...filter, weight: 3, purpose: 'late' },
        { weight: 4, head: head('nat', oneOf('100', 'srcnat', 'srcnat + 5', '0'), ACCEPT), purpose: 'snat' },
      ];
  }
}

const ANY = oneOf(
  'filter',
  'filter',
  '0',
  '-150',
  'mangle',
  '10',
  'filter + 10',
  'security',
  '-5',
  '300',
  'filter - 1',
);
const BEFORE_CONNTRACK = oneOf('raw', 'raw', '-250', 'raw + 5');
/** Which of the two is first at -200 depends on what was loaded before. */
const BESIDE_CONNTRACK = oneOf('raw', '-200');
/** Before fragments are put together, too. */
const LONG_BEFORE = oneOf('raw', '-400', '-450', '-310', '-250');
const ACCEPT = oneOf('accept');
const EITHER = oneOf('accept', 'drop');
const MOSTLY_ACCEPT = oneOf('accept', 'accept', 'accept', 'accept', 'accept', 'drop');
