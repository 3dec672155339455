import { parsePrefix } from '../../net/prefix.ts';
import { addressSet, EVERY_ADDRESS } from '../../net/address-set.ts';
import { subtract, type IntervalSet } from '../../net/interval-set.ts';
import { FAMILIES, type Family } from '../../net/address.ts';

const set = (...prefixes: readonly string[]): IntervalSet => {
  const parsed = prefixes.map((prefix) => parsePrefix(prefix, 'address space'));
  return FAMILIES.map((family) => addressSet(parsed, family)).find((part) => part.length > 0) ?? [];
};

/** Packets from and to these never leave the machine. */
export const LOOPBACK = { 4: set('127.0.0.0/8'), 6: set('::1') } as const satisfies Record<
  Family,
  IntervalSet
>;

/** What REDIRECT makes of the destination of a packet that begins on the machine. */
export const LOCALHOST = { 4: set('127.0.0.1'), 6: set('::1') } as const satisfies Record<
  Family,
  IntervalSet
>;

/** Addresses a machine can have on its network: neither multicast, broadcast, unspecified nor loopback. */
export const ANY_UNICAST = {
  4: subtract(EVERY_ADDRESS[4], set('0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/4', '255.255.255.255')),
  6: subtract(EVERY_ADDRESS[6], set('::/127', 'ff00::/8')),
} as const satisfies Record<Family, IntervalSet>;
