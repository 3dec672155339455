import { parsePrefix } from '../../../net/prefix.ts';
import { addressRange, addressSet, EVERY_ADDRESS } from '../../../net/address-set.ts';
import { subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import { FAMILIES, type Family } from '../../../net/address.ts';

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

/** Addresses of one link, which no router forwards. */
export const LINK_LOCAL = { 4: set('169.254.0.0/16'), 6: set('fe80::/10') } as const satisfies Record<
  Family,
  IntervalSet
>;

/**
 * IPv6 addresses that no host of a link has: those that contain an IPv4 address (RFC 4291 section 2.5.5), and 6to4 addresses of
 * networks that are not reached over the Internet (RFC 3964 section 5.2). Firewalls refuse them by themselves.
 */
export const NEVER_ON_LINK = {
  4: [],
  6: union(
    // ::ffff:0:0/96, which a prefix from outside would be read as IPv4.
    addressRange(6, 0xffff_0000_0000n, 0xffff_ffff_ffffn),
    ...[
      '::/96',
      '2002::/24',
      '2002:a00::/24',
      '2002:7f00::/24',
      '2002:a9fe::/32',
      '2002:ac10::/28',
      '2002:c0a8::/32',
      '2002:e000::/19',
    ].map((prefix) => set(prefix)),
  ),
} as const satisfies Record<Family, IntervalSet>;

const SOLICITED_NODE = set('ff02::1:ff00:0/104');

/** Where solicitations for an address go: the multicast group of its lowest 24 bits (RFC 4291 section 2.7.1), of several or null any. */
export function solicitedNode(address: IntervalSet | null): IntervalSet {
  const [first, end, ...more] = address ?? [];
  const [group] = SOLICITED_NODE;
  if (typeof first !== 'bigint' || typeof group !== 'bigint' || end !== first + 1n || more.length > 0)
    return SOLICITED_NODE;
  const one = group | (first & 0xffffffn);
  return [one, one + 1n];
}
