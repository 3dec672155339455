import type { Access } from '../../../firewall/proof/access.ts';
import { accessProver, type AccessProof } from '../../../firewall/proof/prove-access.ts';
import { firewall } from '../../../firewall/netfilter/machine/firewall.ts';
import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import type { AccessFlow } from '../../../ports/access-flows.ts';
import { familiesApart } from '../../../ports/families-apart.ts';

/**
 * Those who must get in and the host have no family of addresses in common: whatever the rules say, no packet can go. As addresses
 * may be left out of what was stated, it is open. Null where they have one.
 */
export function withoutCommonFamily(access: Access, { role, host }: AccessFlow): AccessProof | null {
  const apart = familiesApart(access.permitted, access.destinations);
  if (apart === null) return null;
  const because = { code: 'no-common-family', role, host: host.key, ...apart } as const;
  return proveWithoutRules({ ...access, destinations: [], dead: [{ of: EVERY_ADDRESS, because }] });
}

const proveWithoutRules = accessProver(firewall([]));
