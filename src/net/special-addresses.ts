import { FAMILIES, type Address, type Family } from './address.ts';
import { addressRange, addressSet, EVERY_ADDRESS, toBound } from './address-set.ts';
import { holds, subtract, union, type IntervalSet } from './interval-set.ts';
import { parsePrefix } from './prefix.ts';

const set = (...prefixes: readonly string[]): IntervalSet => {
  const parsed = prefixes.map((prefix) => parsePrefix(prefix, 'address space'));
  return FAMILIES.map((family) => addressSet(parsed, family)).find((part) => part.length > 0) ?? [];
};

type ByFamily = Readonly<Record<Family, IntervalSet>>;

const has = (sets: ByFamily, address: Address): boolean => holds(sets[address.family], toBound(address));

/** 127.0.0.1 and ::1. */
export const LOOPBACK_ADDRESS: Readonly<Record<Family, Address>> = {
  4: { family: 4, value: 0x7f00_0001n },
  6: { family: 6, value: 1n },
};

/** Packets from and to these never leave the machine. */
export const LOOPBACK = { 4: set('127.0.0.0/8'), 6: set('::1') } as const satisfies ByFamily;

export function isLoopback(address: Address): boolean {
  return has(LOOPBACK, address);
}

/** What REDIRECT makes of the destination of a packet that begins on the machine. */
export const LOCALHOST = { 4: set('127.0.0.1'), 6: set('::1') } as const satisfies ByFamily;

const MULTICAST = { 4: set('224.0.0.0/4'), 6: set('ff00::/8') } as const satisfies ByFamily;

export function isMulticast(address: Address): boolean {
  return has(MULTICAST, address);
}

/** RFC 1112 section 4: class E, the broadcast address among them. */
const RESERVED = { 4: set('240.0.0.0/4'), 6: [] } as const satisfies ByFamily;

export function isReserved(address: Address): boolean {
  return has(RESERVED, address);
}

/** Addresses a machine can have on its network: neither multicast, broadcast, unspecified nor loopback. */
export const ANY_UNICAST = {
  4: subtract(EVERY_ADDRESS[4], set('0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/4', '255.255.255.255')),
  6: subtract(EVERY_ADDRESS[6], set('::/127', 'ff00::/8')),
} as const satisfies ByFamily;

/** Addresses of one link, which no router forwards. */
export const LINK_LOCAL = { 4: set('169.254.0.0/16'), 6: set('fe80::/10') } as const satisfies ByFamily;

/** An IPv6 address that says nothing without its interface (`fe80::/10`); one of IPv4 is used without. */
export function isLinkLocal(address: Address): boolean {
  return address.family === 6 && has(LINK_LOCAL, address);
}

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
} as const satisfies ByFamily;

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
