import { FAMILIES, type Address, type Family } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';

export interface FamiliesApart {
  readonly from: Family;
  readonly to: Family;
}

/** The family of all who connect and that of all addresses they connect to, where these differ: no packet can go between them. */
export function familiesApart(
  permitted: readonly Prefix[],
  addresses: readonly Address[],
): FamiliesApart | null {
  const [from, ...furtherFrom] = FAMILIES.filter((one) => permitted.some(({ family }) => family === one));
  const [to, ...furtherTo] = FAMILIES.filter((one) => addresses.some(({ family }) => family === one));
  if (from === undefined || to === undefined || furtherFrom.length + furtherTo.length > 0) return null;
  return from === to ? null : { from, to };
}
