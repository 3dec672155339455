import type { Role, Vantage } from '../../deployment/role.ts';
import type { Host, Site } from '../../deployment/site.ts';
import { formatAddress, type Address } from '../../net/address.ts';
import { prefixOf, type Prefix } from '../../net/prefix.ts';
import { listed } from '../findings/at.ts';
import { say, type Step } from '../findings/step.ts';
import { ownRules } from './own-rules.ts';

/** Who is who in the site, for rules that admit nobody else. */
export interface Admission {
  readonly site: Site;
  /** Who acts as the role towards the host; empty: nobody from outside. */
  readonly sources: (role: Role, host: Host) => readonly Prefix[];
  /** The address this machine speaks from to that one; null where unknown. */
  readonly sourceTo: (address: Address) => Address | null;
}

/** The flows that a firewall let in or kept out, and should not have. */
export interface Misruled {
  readonly host: Host;
  readonly address: Address | null;
  /** What the machine that checked claims to be. */
  readonly as: Vantage;
  /** Who has to get in to these ports. */
  readonly audience: readonly Role[];
}

/**
 * What to do about a firewall that was only seen from outside: which one it is, and what its host runs, is not known. Rules are
 * offered only where it is stated whom they admit: a client nobody stated is anybody.
 */
export function firewallAdvice(
  kind: 'open' | 'close',
  admission: Admission | undefined,
  misruled: Misruled,
): readonly Step[] {
  if (admission === undefined) return [];
  const { host } = misruled;
  switch (kind) {
    case 'open': {
      const { site, unstated, own } = toAdmit(admission, misruled);
      if (unstated.length > 0) return [stateFirst(site, unstated, own)];
      return [
        say('Open it on a Windows host, as administrator:'),
        ...ownRules('windows', site, host),
        say(
          'On a Linux host or gateway, vwaudit audit names the rule that drops it; the same command with --format nft (or iptables, on a gateway with --placement gateway) writes rules that let it in.',
        ),
      ];
    }
    case 'close': {
      const { site } = admission;
      const narrow = say(
        'On a Windows host, find the allow rule that admits others and narrow it: allow rules add up.',
      );
      if (site.peers.client === null) return [narrow, stateFirst(site, ['client'], null)];
      return [
        narrow,
        say('On a Linux host, admit only them (on a gateway add --placement gateway):'),
        ...ownRules('nft', site, host),
      ];
    }
  }
}

/** This machine, in the role that it claims and nobody stated. */
interface Own {
  readonly role: Role;
  readonly source: Address;
}

/** The site with this machine in its role where flags can say so, and the roles that still have to be stated. */
function toAdmit(
  { site, sources, sourceTo }: Admission,
  { host, address, as, audience }: Misruled,
): { readonly site: Site; readonly unstated: readonly Role[]; readonly own: Own | null } {
  const needed = as === 'all' || as === 'outsider' ? audience : [as];
  const isUnstated = (role: Role): boolean =>
    role === 'client' ? site.peers.client === null : sources(role, host).length === 0;
  const unstated = [...new Set<Role>(['client', ...needed])].filter(isUnstated);
  const source = address === null ? null : sourceTo(address);
  const role = unstated.find((one) => one === as);
  const own = role === undefined || source === null ? null : { role, source };
  // Who the clients are is more than this one machine, and a site file is for its owner to change.
  const isEnough = unstated.length === 1 && own !== null && own.role !== 'client' && site.file === undefined;
  if (!isEnough) return { site, unstated, own };
  return {
    site: { ...site, peers: { ...site.peers, [own.role]: [prefixOf(own.source)] } },
    unstated: [],
    own,
  };
}

function stateFirst({ file }: Site, unstated: readonly Role[], own: Own | null): Step {
  const isOne = unstated.length === 1;
  const why = `Nobody stated who ${listed(unstated)} ${isOne ? 'is' : 'are'}, so rules would admit the wrong addresses.`;
  const here = own === null ? '' : formatAddress(own.source);
  if (file !== undefined) {
    const mine = own === null ? '' : ` (this machine, ${own.role}: ${here})`;
    return say(`${why} State ${isOne ? 'it' : 'them'} under peers in ${file}${mine}, and check again.`);
  }
  const flags = unstated.map((role) => {
    if (role !== own?.role) return `--allow for ${role}`;
    return role === 'client'
      ? `--allow for client (this machine is ${here})`
      : `--allow ${role}=${here} (this machine)`;
  });
  return say(`${why} Check again with ${listed(flags)}; it takes an address or a network.`);
}
