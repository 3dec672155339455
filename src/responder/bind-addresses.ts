import type { Address } from '../net/address.ts';
import { isLinkLocal } from '../net/special-addresses.ts';
import type { Transport } from '../net/port-range.ts';

/**
 * The addresses to bind for the wanted ones. The all-zero address of a family this machine does not speak is left out; for
 * UDP it becomes each own address, because a reply from a wildcard socket leaves by the route's address, which on a machine
 * with several need not be the one that was asked, and then neither the prober nor a firewall takes it for an answer.
 * IPv6 link-local addresses can't be bound without a zone and are left out there.
 */
export function bindAddresses(
  wanted: readonly Address[],
  transport: Transport,
  own: readonly Address[],
): readonly Address[] {
  return wanted.flatMap((address) => {
    if (address.value !== 0n) return address;
    const ofFamily = own.filter(({ family }) => family === address.family);
    if (transport === 'tcp') return ofFamily.length > 0 ? address : [];
    return ofFamily.filter((one) => !isLinkLocal(one));
  });
}
