import { FAMILIES, type Family } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';

/** What a packet of one family must carry; `null` = any address of that family. */
export interface FamilyMatch {
  readonly family: Family;
  readonly sources: readonly Prefix[] | null;
  readonly destinations: readonly Prefix[] | null;
}

/**
 * Splits sources and destinations by family: a packet has both of the same, so a family missing on either side has no
 * match. `null` = any address, for `sources` too (a refusal asks for none).
 */
export function familyMatches(
  sources: readonly Prefix[] | null,
  destinations: readonly Prefix[] | null,
): readonly FamilyMatch[] {
  return FAMILIES.flatMap((family) => {
    const match = {
      family,
      sources: ofFamily(sources, family),
      destinations: ofFamily(destinations, family),
    };
    const isEmpty = match.sources?.length === 0 || match.destinations?.length === 0;
    return isEmpty ? [] : [match];
  });
}

function ofFamily(prefixes: readonly Prefix[] | null, family: Family): readonly Prefix[] | null {
  const own = prefixes?.filter((prefix) => prefix.family === family) ?? null;
  return own?.some(({ length }) => length === 0) === true ? null : own;
}
