import {
  boundsUpTo,
  compareBounds,
  intersect,
  type Bound,
  type IntervalSet,
} from '../../net/interval-set.ts';
import { FAMILIES, type Family } from '../../net/address.ts';
import type { AddressField } from '../model/match.ts';
import { eachTest } from '../model/visit-matches.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import type { Destination } from '../model/question.ts';

/** Any of these may meet the destination asked about: an answer carries it as its source. */
const FIELDS: ReadonlySet<AddressField> = new Set([
  'source',
  'destination',
  'ct-original-destination',
  'ct-reply-source',
]);

/** More kinds of destinations than these are not asked about one by one. */
const MAX_CLASSES = 256;

/**
 * Cuts destinations where the rules may tell them apart, so that each part can be asked about as if it were one address; null
 * where that would be too many parts.
 */
export function destinationClasses(
  firewall: Firewall,
): (destination: Destination) => readonly Destination[] | null {
  let cuts: Readonly<Record<Family, IntervalSet>> | null = null;
  return (destination) => {
    if (isOneAddress(destination)) return [destination];
    cuts ??= cutsOf(firewall);
    const { family, in: set } = destination;
    const bounds = [...new Set([...set, ...within(cuts[family], set)])].sort(compareBounds);
    if (bounds.length > MAX_CLASSES) return null;
    return bounds.slice(1).flatMap((to, index) => {
      const part = intersect(set, [bounds[index] ?? to, to]);
      return part.length === 0 ? [] : [{ family, in: part }];
    });
  };
}

function isOneAddress({ in: set }: Destination): boolean {
  const [from, to] = set;
  if (set.length !== 2 || from === undefined || to === undefined) return false;
  return typeof from === 'bigint' ? to === from + 1n : to === from + 1;
}

/** Every bound of every address test, sorted. */
function cutsOf(firewall: Firewall): Readonly<Record<Family, readonly Bound[]>> {
  const bounds: Record<Family, Bound[]> = { 4: [], 6: [] };
  eachTest(firewall, (match) => {
    if (match.kind === 'address' && FIELDS.has(match.field))
      for (const bound of match.in) bounds[match.family].push(bound);
  });
  for (const family of FAMILIES) bounds[family].sort(compareBounds);
  return bounds;
}

/** The bounds between the lowest and the highest of the set; no more of them than anyone asks about. */
function within(cuts: readonly Bound[], set: IntervalSet): readonly Bound[] {
  const [from, to] = [set[0], set.at(-1)];
  if (from === undefined || to === undefined) return [];
  const inside = new Set<Bound>();
  for (let i = boundsUpTo(cuts, from); i < cuts.length && inside.size <= MAX_CLASSES; i++) {
    const bound = cuts[i] ?? to;
    if (bound >= to) break;
    inside.add(bound);
  }
  return [...inside];
}
