import { FAMILIES, type Address, type Family } from '../../net/address.ts';
import { isLinkLocal, isLoopback } from '../../net/special-addresses.ts';
import type { Flow } from '../../ports/flows.ts';
import { sourcesOf } from '../../ports/peers.ts';
import { THIS_MACHINE, type Site } from '../../deployment/site.ts';
import type { Role } from '../../deployment/role.ts';
import type { Listener } from '../../sockets/socket-table.ts';

export interface FamilyNeed {
  /** Those who need the port from elsewhere. */
  readonly roles: readonly Role[];
  /** The families the user wants checked; null: IPv4, and whatever is stated. */
  readonly families: readonly Family[] | null;
  /** This machine's addresses. */
  readonly own: readonly Address[];
}

/**
 * A family that others use and none of the listeners serves, though they serve the other one; null where there is none. This machine
 * is asked over loopback, where one family is enough; whoever comes from elsewhere uses the family of its addresses, IPv4 unless stated.
 */
export function unservedFamily(
  { host, address, endpoint }: Flow,
  listeners: readonly Listener[],
  site: Site,
  { roles, families, own }: FamilyNeed,
): Family | null {
  if (host.key !== THIS_MACHINE || listeners.length === 0) return null;
  const stated = endpoint.audience
    .filter((role) => roles.includes(role))
    .flatMap((role) =>
      role === 'client' && site.peers.client === null
        ? []
        : sourcesOf(role, host, site).map(({ family }) => family),
    );
  const wanted = families ?? (stated.length > 0 ? stated : [4]);
  const isUsable = (family: Family): boolean => own.some((one) => one.family === family && isRoutable(one));
  // Who is stated with addresses of the other family only never gets here.
  const isApart = families === null && stated.length > 0 && FAMILIES.some(isUsable) && !wanted.some(isUsable);
  const usable = isApart ? wanted : wanted.filter(isUsable);
  const asked = host.addresses[0]?.family;
  const isMoved = address !== null && address.family !== asked;
  const serves = (one: Listener, family: Family): boolean => {
    if (one.address !== null) return one.family === family && !isLoopback(one.address);
    // Where it may or may not take IPv4, what IPv4 loopback said decides.
    return one.family === family || (one.family === 6 && (one.servesBoth ?? !isMoved));
  };
  const isServed = (family: Family): boolean => listeners.some((one) => serves(one, family));
  const other = usable.find((family) => !isServed(family));
  return other !== undefined && isServed(other === 4 ? 6 : 4) ? other : null;
}

/** Others can use it. */
function isRoutable(address: Address): boolean {
  return !isLoopback(address) && !isLinkLocal(address);
}
