import { isLinkLocal, type Address } from '../../net/address.ts';

/** Why no host of a site can be reached by this address, or null if one can. */
export function whyNoHostAddress(address: Address): string | null {
  const { family, value } = address;
  // Without an interface it leads nowhere, and to each machine it is another one.
  if (isLinkLocal(address)) return 'a link-local address';
  if (value === 0n) return 'the unspecified address';
  if (family === 6) return value >> 120n === 0xffn ? 'a multicast address' : null;
  if (value === 0xffff_ffffn) return 'the broadcast address';
  return value >> 28n === 0xen ? 'a multicast address' : null;
}
