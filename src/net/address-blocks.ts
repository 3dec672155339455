import { ADDRESS_BITS, type Family } from './address.ts';
import { intervalSet, type Bound, type IntervalSet } from './interval-set.ts';

/** The network with so many host bits that contains the address. */
export function block(address: Bound, hostBits: number): IntervalSet {
  if (typeof address === 'number') {
    if (hostBits === 0) return [address, address + 1];
    const size = 2 ** hostBits;
    const from = address - (address % size);
    return [from, from + size];
  }
  if (hostBits === 0) return [address, address + 1n];
  const from = (address >> BigInt(hostBits)) << BigInt(hostBits);
  return [from, from + (1n << BigInt(hostBits))];
}

/** The end of the interval of this one value. */
export function after(bound: Bound): Bound {
  return typeof bound === 'number' ? bound + 1 : bound + 1n;
}

/**
 * The addresses that give a member of the set when the mask is applied; `undefined` when there are too many intervals
 * of them, or when the set is not one of single values.
 */
export function maskedSet(set: IntervalSet, mask: bigint, family: Family): IntervalSet | undefined {
  const bits = BigInt(ADDRESS_BITS[family]);
  const low = lowestBit(mask, bits);
  const size = 1n << low;
  const holes: bigint[] = [];
  for (let bit = low; bit < bits; bit++) if (((mask >> bit) & 1n) === 0n) holes.push(1n << bit);
  const pairs: Bound[] = [];
  for (let i = 0; i + 1 < set.length; i += 2) {
    const value = BigInt(set[i] ?? 0);
    if (BigInt(set[i + 1] ?? 0) !== value + 1n) return undefined;
    if ((value & ~mask) !== 0n) continue;
    if (holes.length > MAX_HOLES || pairs.length > MAX_BOUNDS) return undefined;
    for (const from of combinations(value, holes)) {
      pairs.push(...(family === 4 ? [Number(from), Number(from + size)] : [from, from + size]));
    }
  }
  return intervalSet(pairs);
}

/** Every way to fill the holes of a mask. */
function combinations(base: bigint, holes: readonly bigint[]): readonly bigint[] {
  return holes.reduce<readonly bigint[]>((sums, hole) => [...sums, ...sums.map((sum) => sum + hole)], [base]);
}

function lowestBit(mask: bigint, bits: bigint): bigint {
  let bit = 0n;
  while (bit < bits && ((mask >> bit) & 1n) === 0n) bit++;
  return bit;
}

/** `& 0.0.0.255` leaves 24 holes: too many to write as intervals. */
const MAX_HOLES = 12;
const MAX_BOUNDS = 200_000;
