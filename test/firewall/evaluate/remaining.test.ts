import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  among,
  isUsedUp,
  putBack,
  remaining,
  take,
  toSet,
} from '../../../src/firewall/netfilter/matching/source-set.ts';
import { intersect, intervalSet, subtract, union, type IntervalSet } from '../../../src/net/interval-set.ts';

// A long life of cuts, against the plain set operations; large enough that chunks split and run empty.

const SIZE = 20_000;

const step = fc.record({
  what: fc.constantFrom('take', 'take', 'take', 'take', 'among', 'put back', 'take all'),
  from: fc.nat(SIZE),
  lengths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
});

function comb(from: number, lengths: readonly number[]): IntervalSet {
  let at = from;
  return lengths.flatMap((length) => {
    at += 2 * length;
    return [at - length, at];
  });
}

test('a set that rules take pieces out of', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, isComb) => {
      let plain: IntervalSet = isComb
        ? comb(
            0,
            Array.from({ length: 3000 }, () => 3),
          )
        : [0, SIZE];
      const rest = remaining(plain);
      for (const { what, from, lengths } of steps) {
        const piece = comb(from, lengths);
        if (what === 'among') expect(intervalSet(among(rest, piece))).toEqual(intersect(plain, piece));
        else if (what === 'put back') {
          putBack(rest, piece);
          plain = union(plain, piece);
        } else if (what === 'take') {
          expect(intervalSet(take(rest, piece))).toEqual(intersect(plain, piece));
          plain = subtract(plain, piece);
        } else if (steps.length % 7 === 0) {
          expect(take(rest, 'all')).toEqual(plain);
          plain = [];
        }
        expect(toSet(rest)).toEqual(plain);
        expect(isUsedUp(rest)).toBe(plain.length === 0);
      }
    }),
    { numRuns: 200 },
  );
});
