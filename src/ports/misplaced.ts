import type { Host, Site } from '../deployment/site.ts';
import { ADDRESS_BITS, type Address } from '../net/address.ts';
import { isLoopback } from '../net/special-addresses.ts';
import type { Prefix } from '../net/prefix.ts';
import { familiesApart, type FamiliesApart } from './families-apart.ts';
import { sourcesOf } from './peers.ts';
import type { Role, Vantage } from '../deployment/role.ts';
import { statedRolesAt } from './roles-at.ts';

/**
 * Why what is seen from here does not speak for the claimed role: the address asked is this machine's own, so that packets go by
 * loopback, past every rule for others; or the address this machine speaks from is none of those stated for the role (for an
 * outsider: is stated for one); or a role that the check speaks for has no family of addresses in common with the host.
 */
export type Misplaced = 'own-machine' | 'wrong-address' | 'no-common-family';

/** Where somebody stands towards one address of a host. */
export interface Place {
  readonly vantage: Vantage;
  /** The address it speaks from; null where unknown. */
  readonly source: Address | null;
  /** The address asked is its own. */
  readonly isOwn: (address: Address) => boolean;
}

/** What is asked about: the audience is who has to reach the port. */
interface About {
  readonly host: Host;
  readonly audience: readonly Role[];
  readonly site: Site;
}

/** Why the place does not speak for its role towards an address of the host; null where it does. */
export function whyMisplaced(
  { vantage, source, isOwn }: Place,
  address: Address,
  { host, audience, site }: About,
): Misplaced | null {
  if (vantage === 'all') {
    const isElsewhere = (role: Role): boolean =>
      sourcesOf(role, host, site).length > 0 && !runsHere(role, host, site, isOwn);
    const isForOthers = isOwn(address) && !isPlainlyLocal(address, host) && audience.some(isElsewhere);
    if (isForOthers) return 'own-machine';
    return rolesApart(audience, host, site).length > 0 && !isLoopback(address) ? 'no-common-family' : null;
  }
  if (isOwn(address)) {
    return vantage === 'outsider' || runsHere(vantage, host, site, isOwn) ? null : 'own-machine';
  }
  if (source === null) return null;
  const stated = statedRolesAt(source, host, site);
  if (vantage === 'outsider') return stated.length > 0 ? 'wrong-address' : null;
  return isStated(vantage, host, site) && !stated.includes(vantage) ? 'wrong-address' : null;
}

/** Somebody said who acts in the role, or it follows from the hosts of the site. */
function isStated(role: Role, host: Host, site: Site): boolean {
  return site.peers[role] !== null || (role !== 'client' && sourcesOf(role, host, site).length > 0);
}

/** Asked over loopback by its address, or as "this machine": whether the parts are up is the question, and nothing else. */
function isPlainlyLocal(address: Address, { name }: Host): boolean {
  return isLoopback(address) && (name === null || name.toLowerCase() === 'localhost');
}

/** The role acts on the host itself: a part of Viz World there, the configuration tool unless stated, or nobody but its addresses. */
function runsHere(role: Role, host: Host, site: Site, isOwn: Place['isOwn']): boolean {
  if (role === 'server' && host.instances > 0) return true;
  if (role === 'allocator' && host.allocator) return true;
  if (role === 'config-tool' && site.peers[role] === null) return true;
  const sources = sourcesOf(role, host, site);
  const isOwnAddress = ({ family, first, length }: Prefix): boolean =>
    length === ADDRESS_BITS[family] && isOwn({ family, value: first });
  return sources.length > 0 && sources.every(isOwnAddress);
}

/** A role, and the family of its addresses and of those of a host, which differ. */
export interface RoleApart extends FamiliesApart {
  readonly role: Role;
}

/** Those of the roles that no packet can go from to the host. */
export function rolesApart(roles: readonly Role[], host: Host, site: Site): readonly RoleApart[] {
  return roles.flatMap((role) => {
    const apart = familiesApart(sourcesOf(role, host, site), host.addresses);
    return apart === null ? [] : [{ role, ...apart }];
  });
}
