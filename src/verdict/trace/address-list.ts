import {
  addressSet,
  EVERY_ADDRESS,
  prefixAround,
  prefixRange,
  toPrefixes,
  eachFamily,
  NO_ADDRESSES,
} from '../../net/address-set.ts';
import { FAMILIES, type Family } from '../../net/address.ts';
import { overlaps, subtract, union, type IntervalSet } from '../../net/interval-set.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import type { AddressSets, Proof } from '../../firewall/proof/proof.ts';

/** More prefixes than these nobody reads; a long blocklist leaves millions. */
export const MAX_PREFIXES = 1000;

/** Addresses as a person reads them. */
export interface AddressList {
  readonly from: readonly string[];
  /** How many prefixes are not listed; null where they were not counted. */
  readonly more: number | null;
  /** What in `from` is not meant. */
  readonly except: readonly string[];
  /** How many exceptions are not listed; null where they were not counted. */
  readonly moreExcept: number | null;
}

interface Listed {
  readonly cover: readonly Prefix[];
  readonly except: readonly Prefix[];
}

/** More than these in a sentence nobody reads. */
const SHOWN = 5;

/**
 * The shortest list of prefixes that hold all these addresses and otherwise only what is free to be covered, so that everybody but a
 * few reads as everybody. Where that is long and the opposite is shorter, it is given as everybody except some.
 */
export function addressList(addresses: AddressSets, allFree: AddressSets): AddressList {
  const listed = FAMILIES.map((family): Listed => {
    const [set, free] = [addresses[family], allFree[family]];
    const plain = shortest(set, free, family);
    const other = plain.length > SHOWN ? around(set, free, family) : null;
    return other !== null && other.except.length + 1 < plain.length ? other : { cover: plain, except: [] };
  });
  const from = cut(listed.flatMap(({ cover }) => cover));
  const except = cut(listed.flatMap((each) => each.except));
  return { from: from.shown, more: from.more, except: except.shown, moreExcept: except.more };
}

/** The smallest prefix around them all, and who else in it is not free to be covered. */
function around(set: IntervalSet, free: IntervalSet, family: Family): Listed {
  const cover = [prefixAround(set, family)];
  const others = subtract(subtract(addressSet(cover, family), free), set);
  return { cover, except: shortest(others, free, family) };
}

function cut(prefixes: readonly Prefix[]): {
  readonly shown: readonly string[];
  readonly more: number | null;
} {
  const more = prefixes.length >= MAX_PREFIXES ? null : Math.max(0, prefixes.length - SHOWN);
  return { shown: prefixes.slice(0, SHOWN).map(formatPrefix), more };
}

/** Whom a question about outsiders left out. */
export function unasked({ allowed, blocked, undecided }: Proof): AddressSets {
  const restOf = (family: Family): IntervalSet =>
    subtract(EVERY_ADDRESS[family], union(allowed[family], blocked[family], undecided[family]));
  return eachFamily(restOf);
}

/**
 * The shortest list of prefixes, cut at {@link MAX_PREFIXES}, that hold the whole set and otherwise only what is free to be
 * covered.
 */
export function shortest(set: IntervalSet, free: IntervalSet, family: Family): readonly Prefix[] {
  if (set.length === 0) return [];
  const exact = toPrefixes(set, family, MAX_PREFIXES);
  if (exact.length === 1) return exact;
  const wide = toPrefixes(union(set, free), family, MAX_PREFIXES);
  if (wide.length >= MAX_PREFIXES) return exact;
  const covering = wide.filter((prefix) => overlaps(prefixRange(prefix), set));
  return covering.length < exact.length ? covering : exact;
}

/** As a report lists the sets: the shortest prefixes, cut at {@link MAX_PREFIXES}; what is `free` may be covered, so that anywhere reads as anywhere. */
export function prefixList(sets: AddressSets, free: AddressSets = NO_ADDRESSES): readonly string[] {
  return FAMILIES.flatMap((family) => shortest(sets[family], free[family], family))
    .slice(0, MAX_PREFIXES)
    .map(formatPrefix);
}
