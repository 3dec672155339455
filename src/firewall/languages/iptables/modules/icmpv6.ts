import { numberIn, unknown } from '../../../model/match.ts';
import type { IntervalSet } from '../../../../net/interval-set.ts';
import type { MatchModule, MatchOption } from '../lower/extensions.ts';

/** ip6tables' names for the types; an abbreviated name is left undecided. */
const TYPES: Readonly<Record<string, number>> = {
  'destination-unreachable': 1,
  'packet-too-big': 2,
  'time-exceeded': 3,
  'ttl-exceeded': 3,
  'parameter-problem': 4,
  'echo-request': 128,
  ping: 128,
  'echo-reply': 129,
  pong: 129,
  'router-solicitation': 133,
  'router-advertisement': 134,
  'neighbour-solicitation': 135,
  'neighbor-solicitation': 135,
  'neighbour-advertisement': 136,
  'neighbor-advertisement': 136,
  redirect: 137,
};

/** `--icmpv6-type neighbour-solicitation`, `135` or `135/0`; a code other than that of neighbour discovery is not read. */
export const ICMPV6: MatchModule = {
  options: {
    '--icmpv6-type': {
      values: 1,
      lower: ([text = '']) => {
        const type = typeOf(text.toLowerCase());
        if (type === undefined) return unknown(`--icmpv6-type ${text}`, { code: 'header-field' });
        return numberIn('icmpv6-type', [type, type + 1]);
      },
    },
  },
};

function typeOf(text: string): number | undefined {
  if (Object.hasOwn(TYPES, text)) return TYPES[text];
  const [, number] = /^(\d{1,3})(?:\/0)?$/.exec(text) ?? [];
  return number !== undefined && Number(number) <= 255 ? Number(number) : undefined;
}

const MAX_HOPS = 255;

/** `--hl-eq 255` and its like; a number that cannot be read is left undecided. */
export const HL: MatchModule = {
  options: {
    '--hl-eq': hops((limit) => [limit, limit + 1]),
    '--hl-lt': hops((limit) => [0, limit]),
    '--hl-gt': hops((limit) => [limit + 1, MAX_HOPS + 1]),
  },
};

function hops(range: (limit: number) => IntervalSet): MatchOption {
  return {
    values: 1,
    lower: ([text = '']) => {
      const limit = /^\d{1,3}$/.test(text) ? Number(text) : Infinity;
      if (limit > MAX_HOPS) return unknown(`hop limit ${text}`, { code: 'header-field' });
      const set = range(limit);
      return numberIn('hop-limit', (set[0] ?? 0) < (set[1] ?? 0) ? set : []);
    },
  };
}
