import ipaddr from 'ipaddr.js';
import { InputError } from '../input-error.ts';

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
  if (STRICT_IPV4.test(text) && ipaddr.IPv4.isValid(text)) {
    return { family: 4, value: toNumber(ipaddr.IPv4.parse(text).toByteArray()) };
  }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const parsed = ipaddr.IPv6.parse(text);
  if (parsed.isIPv4MappedAddress()) return undefined;
  return { family: 6, value: toNumber(parsed.toByteArray()) };
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
  const bytes = toBytes(value, ADDRESS_BITS[family] / 8);
  return family === 4 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** IPv4 before IPv6, then by number. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** 127.0.0.1 and ::1. */
export const LOOPBACK: Readonly<Record<Family, Address>> = {
  4: { family: 4, value: 0x7f00_0001n },
  6: { family: 6, value: 1n },
};

export function isLoopback({ family, value }: Address): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n;
}

const STRICT_IPV4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function toBytes(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    Number((value >> BigInt(8 * (count - 1 - index))) & 0xffn),
  );
}
