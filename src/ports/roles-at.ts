import { prefixContains } from '../net/prefix.ts';
import type { Address } from '../net/address.ts';
import type { Host, Site } from '../deployment/site.ts';
import { sourcesOf } from './peers.ts';
import { ROLES, type Role, type Vantage } from '../deployment/role.ts';

/**
 * The roles somebody has towards a host. Claiming one does not take away what the address is anyway: an administrator's PC inside
 * the stated client network is a client too.
 * @param source the address it speaks from, null where unknown
 */
export function rolesAt(vantage: Vantage, source: Address | null, host: Host, site: Site): readonly Role[] {
  if (vantage === 'all') return ROLES;
  if (vantage === 'outsider') return [];
  const stated = source === null ? [] : statedRolesAt(source, host, site);
  return ROLES.filter((role) => role === vantage || stated.includes(role));
}

/** The roles that the address is stated for towards the host, or has as a host of the site. */
export function statedRolesAt(source: Address, host: Host, site: Site): readonly Role[] {
  return ROLES.filter(
    (role) =>
      !isAnybody(role, site) && sourcesOf(role, host, site).some((prefix) => prefixContains(prefix, source)),
  );
}

/** Nobody said who acts in this role, and then everybody may: connecting is neither required of others nor forbidden. */
export function isAnybody(role: Role, { peers }: Site): boolean {
  return role === 'client' && peers.client === null;
}
