import type { Address } from '../../net/address.ts';

/** Why no machine can have this address, or null if one can. */
export function whyNoHostAddress({ family, value }: Address): string | null {
  if (value === 0n) return 'the unspecified address';
  if (family === 6) return value >> 120n === 0xffn ? 'a multicast address' : null;
  if (value === 0xffff_ffffn) return 'the broadcast address';
  return value >> 28n === 0xen ? 'a multicast address' : null;
}
