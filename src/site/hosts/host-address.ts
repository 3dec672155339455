import type { Address } from '../../net/address.ts';
import { isLinkLocal, isMulticast } from '../../net/special-addresses.ts';

/** Why no host of a site can be reached by this address, or null if one can. */
export function whyNoHostAddress(address: Address): string | null {
  // Without an interface it leads nowhere, and to each machine it is another one.
  if (isLinkLocal(address)) return 'a link-local address';
  if (address.value === 0n) return 'the unspecified address';
  if (address.family === 4 && address.value === 0xffff_ffffn) return 'the broadcast address';
  return isMulticast(address) ? 'a multicast address' : null;
}
