import {
  ADDRESS_BITS,
  addressFix,
  formatAddress,
  tryParseAddress,
  type Address,
  type Family,
} from './address.ts';
import { InputError } from '../input-error.ts';

/** A block of addresses, for example 10.30.0.0/16: `first` is its lowest address, `length` its leading bits. */
export interface Prefix {
  readonly family: Family;
  readonly first: bigint;
  readonly length: number;
}

/** The whole address space of each family: what "anywhere" means. */
export const ANYWHERE: readonly Prefix[] = [
  { family: 4, first: 0n, length: 0 },
  { family: 6, first: 0n, length: 0 },
];

/** Reads an address or a prefix. Names, host bits and bad lengths are an {@link InputError}; `what` names the flag or key. */
export function parsePrefix(text: string, what: string): Prefix {
  const slash = text.indexOf('/');
  const address = tryParseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) {
    throw problem(`${what}: "${text}" is not an address or prefix`, text, addressFix(text));
  }
  if (slash < 0) return prefixOf(address);
  const bits = ADDRESS_BITS[address.family];
  const lengthText = text.slice(slash + 1);
  const length = /^(?:0|[1-9]\d{0,2})$/.test(lengthText) ? Number(lengthText) : NaN;
  if (!(length <= bits)) {
    throw problem(
      `${what}: "${text}" has no valid prefix length`,
      text,
      `give a length from 0 to ${bits} after the slash`,
    );
  }
  const prefix = { family: address.family, first: truncate(address.value, bits - length), length };
  if (prefix.first !== address.value) {
    const fix = `write ${formatPrefix(prefix)} for the network or ${formatAddress(address)} for the one address`;
    throw problem(`${what}: "${text}" has host bits set`, text, fix);
  }
  return prefix;
}

/** The prefix that holds this one address. */
export function prefixOf({ family, value }: Address): Prefix {
  return { family, first: value, length: ADDRESS_BITS[family] };
}

/** The block of that length which holds the address. */
export function blockOf({ family, value }: Address, length: number): Prefix {
  return { family, first: truncate(value, ADDRESS_BITS[family] - length), length };
}

/** Canonical text; a single address has no slash. */
export function formatPrefix({ family, first, length }: Prefix): string {
  const address = formatAddress({ family, value: first });
  return length === ADDRESS_BITS[family] ? address : `${address}/${length}`;
}

export function lastOf({ family, first, length }: Prefix): bigint {
  return first | ((1n << BigInt(ADDRESS_BITS[family] - length)) - 1n);
}

export function prefixContains(prefix: Prefix, address: Address): boolean {
  return prefix.family === address.family && prefix.first <= address.value && address.value <= lastOf(prefix);
}

/** Whether some address is in both. */
export function overlap(a: Prefix, b: Prefix): boolean {
  const [wide, narrow] = a.length <= b.length ? [a, b] : [b, a];
  return prefixContains(wide, { family: narrow.family, value: narrow.first });
}

/** IPv4 first, then by first address, wider before narrower. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.length - b.length;
}

/** The fewest prefixes that hold exactly the same addresses, sorted: covered ones dropped, sibling halves joined. */
export function mergePrefixes(prefixes: readonly Prefix[]): readonly Prefix[] {
  const merged: Prefix[] = [];
  for (const prefix of [...prefixes].sort(comparePrefixes)) {
    const last = merged.at(-1);
    if (last?.family === prefix.family && prefix.first <= lastOf(last)) continue;
    merged.push(prefix);
    joinSiblings(merged);
  }
  return merged;
}

function joinSiblings(merged: Prefix[]): void {
  for (;;) {
    const [low, high] = merged.slice(-2);
    const parent = low !== undefined && high !== undefined ? parentOf(low, high) : undefined;
    if (parent === undefined) return;
    merged.splice(-2, 2, parent);
  }
}

/** The prefix that two sibling halves make up, if they are siblings. */
function parentOf(low: Prefix, high: Prefix): Prefix | undefined {
  if (low.family !== high.family || low.length !== high.length || low.length === 0) return undefined;
  const length = low.length - 1;
  const isSibling = truncate(high.first, ADDRESS_BITS[low.family] - length) === low.first;
  return isSibling ? { ...low, length } : undefined;
}

function truncate(value: bigint, hostBits: number): bigint {
  return (value >> BigInt(hostBits)) << BigInt(hostBits);
}

function problem(message: string, value: string, fix: string): InputError {
  return new InputError({ code: 'bad-prefix', message, value, fix });
}

/** The length of the largest network that is taken for one link: no link is larger. */
export const LARGEST_LINK = { 4: 16, 6: 64 } as const satisfies Record<Family, number>;
