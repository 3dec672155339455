import { ADDRESS_BITS, type Family } from '../../../net/address.ts';
import { intervalSet, type IntervalSet } from '../../../net/interval-set.ts';
import { LARGEST_LINK } from '../../../net/prefix.ts';

/** Every largest link that has some of the addresses. */
export function blocksAround(addresses: IntervalSet, family: Family): IntervalSet {
  const size = 1n << BigInt(ADDRESS_BITS[family] - LARGEST_LINK[family]);
  return intervalSet(
    addresses.map((bound, index) => {
      const blocks = (BigInt(bound) + (index % 2 === 0 ? 0n : size - 1n)) / size;
      return family === 4 ? Number(blocks * size) : blocks * size;
    }),
  );
}
