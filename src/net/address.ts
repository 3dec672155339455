import { InputError } from '../input-error.ts';
import { tryParseIpv4 } from './ipv4-number.ts';
import { tryParseIpv6 } from './ipv6-number.ts';

export type Family = 4 | 6;

/** One IPv4 or IPv6 address: `value` is the whole address as an unsigned number (32 or 128 bits). */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** Bits in an address of the family. */
export const ADDRESS_BITS = { 4: 32, 6: 128 } as const satisfies Record<Family, number>;

export const FAMILIES = [4, 6] as const satisfies readonly Family[];

/**
 * Reads exactly one address as people and tools write it: four decimal parts without leading zeros, or RFC 4291 IPv6.
 * Anything else (names, prefixes, zones, IPv4-mapped IPv6, short or octal IPv4) gives `undefined`.
 */
export function tryParseAddress(text: string): Address | undefined {
  const ipv4 = tryParseIpv4(text);
  if (ipv4 !== undefined) return { family: 4, value: BigInt(ipv4) };
  const ipv6 = tryParseIpv6(text);
  return ipv6 === undefined || ipv6 >> 32n === IPV4_MAPPED ? undefined : { family: 6, value: ipv6 };
}

/** As {@link tryParseAddress}, or an {@link InputError} that says what was expected. `what` names the flag or key. */
export function parseAddress(text: string, what: string): Address {
  const address = tryParseAddress(text);
  if (address !== undefined) return address;
  throw new InputError({
    code: 'bad-address',
    message: `${what}: "${text}" is not an IP address`,
    value: text,
    fix: addressFix(text),
  });
}

/** What to write instead of a text that is no address. */
export function addressFix(text: string): string {
  if (/^::ffff:/i.test(text)) return 'write an IPv4-mapped address as plain IPv4';
  if (/^\[.*\]/.test(text)) return 'leave out the brackets';
  if (text.includes('%')) return 'leave out the zone after "%"';
  if (/^[0-9.]+$/.test(text))
    return 'give four decimal parts from 0 to 255 without leading zeros, for example 10.20.0.11';
  return 'give an IPv4 or IPv6 address, for example 10.20.0.11 or fd00:20::11';
}

/** The canonical text: dotted decimal, or RFC 5952. */
export function formatAddress({ family, value }: Address): string {
  return family === 4 ? parts(value, 4, 8).join('.') : formatIpv6(parts(value, 8, 16));
}

/** RFC 5952: the first of the longest runs of zero groups, two at least, is `::`. */
function formatIpv6(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(':');
  const [longest = ''] = (text.match(/(?<![^:])0(?::0)+(?![^:])/g) ?? []).toSorted(
    (a, b) => b.length - a.length,
  );
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

/** IPv4 before IPv6, then by number. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** The first 96 bits of `::ffff:0:0/96`. */
const IPV4_MAPPED = 0xffffn;

function parts(value: bigint, count: number, bits: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    Number(BigInt.asUintN(bits, value >> BigInt(bits * (count - 1 - index)))),
  );
}
