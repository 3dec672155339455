import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundsUpTo,
  holds,
  intersect,
  intervalSet,
  isSame,
  isWithin,
  overlaps,
  subtract,
  union,
  type Bound,
  type IntervalSet,
} from '../../src/net/interval-set.ts';
import { cpuTimeMs } from '../cpu-time.ts';

// Against sets of small numbers, one by one; bigints must behave as numbers do.

const SIZE = 40;
const pairs = fc.array(fc.tuple(fc.nat(SIZE), fc.nat(SIZE)), { maxLength: 12 }).map((list) => list.flat());

const members = (set: IntervalSet): readonly number[] =>
  Array.from({ length: SIZE + 1 }, (_, n) => n).filter((n) => holds(set, n));

const naive = (flat: readonly number[]): readonly number[] =>
  Array.from({ length: SIZE + 1 }, (_, n) => n).filter((n) =>
    flat.some((from, i) => i % 2 === 0 && from <= n && n < flat[i + 1]!),
  );

function isNormal(set: IntervalSet): boolean {
  return set.length % 2 === 0 && set.every((bound, i) => i === 0 || set[i - 1]! < bound);
}

const big = (flat: readonly Bound[]): readonly Bound[] => flat.map((n) => BigInt(n) << 100n);

describe('interval sets', () => {
  test('joins what overlaps or touches, whatever the order', () => {
    fc.assert(
      fc.property(pairs, (flat) => {
        const set = intervalSet(flat);
        expect(isNormal(set)).toBe(true);
        expect(members(set)).toEqual(naive(flat));
        expect(intervalSet(big(flat))).toEqual(big(set));
      }),
      { numRuns: 500 },
    );
  });

  test('intersection, difference, union and the questions about them', () => {
    fc.assert(
      fc.property(pairs, pairs, (first, second) => {
        const [a, b] = [intervalSet(first), intervalSet(second)];
        const [inA, inB] = [members(a), members(b)];
        const both = intersect(a, b);
        const rest = subtract(a, b);
        expect([both, rest, union(a, b)].every(isNormal)).toBe(true);
        expect(members(both)).toEqual(inA.filter((n) => inB.includes(n)));
        expect(members(rest)).toEqual(inA.filter((n) => !inB.includes(n)));
        expect(members(union(a, b))).toEqual([...new Set([...inA, ...inB])].sort((x, y) => x - y));
        expect(isWithin(a, b)).toBe(inA.every((n) => inB.includes(n)));
        expect(overlaps(a, b)).toBe(inA.some((n) => inB.includes(n)));
        expect(isSame(a, b)).toBe(String(a) === String(b));
        expect(intersect(big(a), big(b))).toEqual(big(both));
        expect(subtract(big(a), big(b))).toEqual(big(rest));
      }),
      { numRuns: 500 },
    );
  });

  test('a few intervals beside very many', () => {
    const wide = 3000;
    const some = fc.array(fc.nat(wide), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(some, fc.nat(9), fc.boolean(), (ends, offset, isBig) => {
        const kind = isBig ? big : (flat: readonly Bound[]) => flat;
        const few = intervalSet(ends.length % 2 === 0 ? ends : ends.slice(1));
        const many = Array.from({ length: wide / 5 }, (_, i) => offset + 5 * i + (i % 3 === 0 ? 1 : 0));
        const isIn = (set: IntervalSet, n: number): boolean => holds(set, kind([n])[0]!);
        const [a, b] = [kind(few), kind(many)];
        const results = [intersect(a, b), intersect(b, a), subtract(a, b), subtract(b, a)];
        expect(results.every(isNormal)).toBe(true);
        const [both, alsoBoth, onlyFew, onlyMany] = results as [
          IntervalSet,
          IntervalSet,
          IntervalSet,
          IntervalSet,
        ];
        expect(alsoBoth).toEqual(both);
        for (let n = 0; n < wide + 20; n++) {
          const [inFew, inMany] = [holds(few, n), holds(many, n)];
          if (isIn(both, n) !== (inFew && inMany)) throw new Error(`intersect at ${n}`);
          if (isIn(onlyFew, n) !== (inFew && !inMany)) throw new Error(`few without many at ${n}`);
          if (isIn(onlyMany, n) !== (inMany && !inFew)) throw new Error(`many without few at ${n}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a small set meets a huge one without walking it', () => {
    const huge = Array.from({ length: 2_000_000 }, (_, i) => i * 2);
    const started = cpuTimeMs();
    for (let i = 0; i < 2000; i++) intersect([i * 100, i * 100 + 1], huge);
    expect(cpuTimeMs() - started).toBeLessThan(2000);
    expect(boundsUpTo(huge, 5)).toBe(3);
  });
});
