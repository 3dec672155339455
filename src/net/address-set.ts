import { ADDRESS_BITS, formatAddress, type Address, type Family } from './address.ts';
import { intervalSet, isSame, type Bound, type IntervalSet } from './interval-set.ts';
import { lastOf, type Prefix } from './prefix.ts';

/** A family's whole address space as a set: numbers for IPv4, bigints for IPv6. */
export const EVERY_ADDRESS = {
  4: [0, 2 ** 32],
  6: [0n, 1n << 128n],
} as const satisfies Record<Family, IntervalSet>;

export const NO_ADDRESSES: Readonly<Record<Family, IntervalSet>> = { 4: [], 6: [] };

/** One of each family, mostly a set. */
export function eachFamily<T>(of: (family: Family) => T): Readonly<Record<Family, T>> {
  return { 4: of(4), 6: of(6) };
}

/** The address as a bound of its family's sets. */
export function toBound({ family, value }: Address): Bound {
  return family === 4 ? Number(value) : value;
}

/** The set of one address. */
export function singleAddress(address: Address): IntervalSet {
  return addressRange(address.family, address.value, address.value);
}

/** The addresses from `first` to `last`, both included. */
export function addressRange(family: Family, first: bigint, last: bigint): IntervalSet {
  return family === 4 ? [Number(first), Number(last) + 1] : [first, last + 1n];
}

/** The prefixes of the family as a set. */
export function addressSet(prefixes: readonly Prefix[], family: Family): IntervalSet {
  const own = prefixes.filter((prefix) => prefix.family === family);
  return intervalSet(own.flatMap((prefix) => [...prefixRange(prefix)]));
}

/** The addresses of one prefix. */
export function prefixRange(prefix: Prefix): IntervalSet {
  return addressRange(prefix.family, prefix.first, lastOf(prefix));
}

/** The fewest prefixes that make up the set, sorted; of many only the first `most`. */
export function toPrefixes(set: IntervalSet, family: Family, most = Infinity): readonly Prefix[] {
  const prefixes: Prefix[] = [];
  for (let i = 0; i + 1 < set.length && prefixes.length < most; i += 2) {
    let from = BigInt(set[i] ?? 0);
    const to = BigInt(set[i + 1] ?? 0);
    while (from < to && prefixes.length < most) {
      const hostBits = largestBlock(from, to - from, ADDRESS_BITS[family]);
      prefixes.push({ family, first: from, length: ADDRESS_BITS[family] - hostBits });
      from += 1n << BigInt(hostBits);
    }
  }
  return prefixes;
}

/** The smallest prefix that holds a whole set, which is not empty. */
export function prefixAround(set: IntervalSet, family: Family): Prefix {
  const first = BigInt(set[0] ?? 0);
  const last = BigInt(set.at(-1) ?? 1) - 1n;
  const hostBits = first === last ? 0 : (first ^ last).toString(2).length;
  const bits = BigInt(hostBits);
  return { family, first: (first >> bits) << bits, length: ADDRESS_BITS[family] - hostBits };
}

/** The lowest address of a set that has one. */
export function lowestAddress(set: IntervalSet, family: Family): Address | undefined {
  const value = set[0];
  return value === undefined ? undefined : { family, value: BigInt(value) };
}

/** The address of a set that has no other one. */
export function onlyAddress(set: IntervalSet, family: Family): Address | undefined {
  const only = lowestAddress(set, family);
  return only !== undefined && isSame(set, singleAddress(only)) ? only : undefined;
}

/** `10.0.0.1` or `10.0.0.1-10.0.0.9`, the intervals joined by commas: for explanations. */
export function formatAddressSet(set: IntervalSet, family: Family): string {
  const parts: string[] = [];
  for (let i = 0; i + 1 < set.length; i += 2) {
    const first = BigInt(set[i] ?? 0);
    const last = BigInt(set[i + 1] ?? 1) - 1n;
    const from = formatAddress({ family, value: first });
    parts.push(first === last ? from : `${from}-${formatAddress({ family, value: last })}`);
  }
  return parts.join(',');
}

/** Host bits of the largest aligned block that starts at `from` and is no longer than `size`. */
function largestBlock(from: bigint, size: bigint, bits: number): number {
  const aligned = from === 0n ? bits : (from & -from).toString(2).length - 1;
  return Math.min(aligned, size.toString(2).length - 1);
}
