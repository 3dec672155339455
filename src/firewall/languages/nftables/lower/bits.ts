import { ALL_BITS } from '../../../model/action.ts';
import { intervalSet, type Bound, type IntervalSet } from '../../../../net/interval-set.ts';
import type { BinaryOperator } from '../syntax/syntax.ts';

/** What bit operations made of a 32-bit value: `((value & and) ^ xor) >> shift`; `and` has no bit below `shift`. */
export interface Bits {
  readonly and: number;
  readonly xor: number;
  readonly shift: number;
}

export const NO_OPERATION: Bits = { and: ALL_BITS, xor: 0, shift: 0 };

/** One more operation with a constant; `undefined` for a shift to the left. */
export function operate(
  { and, xor, shift }: Bits,
  operator: BinaryOperator,
  constant: number,
): Bits | undefined {
  if (constant < 0 || shift > 31) return undefined;
  const operand = (constant << shift) >>> 0;
  switch (operator) {
    case '&':
      return { and: (and & operand) >>> 0, xor: (xor & operand) >>> 0, shift };
    case '|':
      return { and: (and & ~operand) >>> 0, xor: ((xor & ~operand) | operand) >>> 0, shift };
    case '^':
      return { and, xor: (xor ^ operand) >>> 0, shift };
    case '>>': {
      const total = shift + constant;
      if (total > 31) return { and: 0, xor: 0, shift: 0 };
      const kept = (ALL_BITS << total) >>> 0;
      return { and: (and & kept) >>> 0, xor: (xor & kept) >>> 0, shift: total };
    }
    case '<<':
      return undefined;
  }
}

export function isAllBits(bits: Bits, width: number): boolean {
  const all = 2 ** width - 1;
  return bits.xor === 0 && bits.shift === 0 && (bits.and & all) >>> 0 === all;
}

/**
 * The set of `value & and` for which the operations give a member of the set; `undefined` when it has too many
 * members to undo them one by one.
 */
export function undo({ xor, shift }: Bits, set: IntervalSet): IntervalSet | undefined {
  const scale = 2 ** shift;
  if (xor === 0) return shift === 0 ? set : set.map((bound) => Number(bound) * scale);
  const pairs: Bound[] = [];
  for (let i = 0; i + 1 < set.length; i += 2) {
    const [from, to] = [Number(set[i]), Number(set[i + 1])];
    if (to - from > MAX) return undefined;
    for (let value = from; value < to; value++) {
      const turned = ((value * scale) ^ xor) >>> 0;
      if (value * scale <= ALL_BITS) pairs.push(turned, turned + 1);
    }
    if (pairs.length > 2 * MAX) return undefined;
  }
  return intervalSet(pairs);
}

/**
 * The same test without a mask, where the mask only cuts off low bits: `value & mask` is in the set when the value lies
 * in a block of one of its members. `undefined` for other masks.
 */
export function withoutMask(set: IntervalSet, mask: number, width: number): IntervalSet | undefined {
  const size = 2 ** width - mask;
  if (size <= 0 || (size & (size - 1)) !== 0) return undefined;
  const pairs: Bound[] = [];
  for (let i = 0; i + 1 < set.length; i += 2) {
    const first = Math.ceil(Number(set[i]) / size) * size;
    const last = Math.floor((Number(set[i + 1]) - 1) / size) * size;
    if (first <= last) pairs.push(first, last + size);
  }
  return intervalSet(pairs);
}

const MAX = 4096;
