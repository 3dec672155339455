import { InputError } from '../../input-error.ts';
import { compareAddresses, type Address } from '../../net/address.ts';
import { selectedHosts } from '../../deployment/selected-hosts.ts';
import type { Host, Site } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';

/** The host this machine stands in for, and where. */
export interface StandInHost {
  readonly host: Host;
  /** Its own addresses where the flags named them; empty = all of this machine's. */
  readonly addresses: readonly Address[];
}

/**
 * Which host of the site this machine is. By flags all hosts are alike, so every `--host` is an address of this machine; in
 * a site file it is the one named, the only one, or the one that has an address of this machine.
 * @throws InputError when that leaves a choice.
 */
export function standInHost(site: Site, system: Pick<System, 'localAddresses'>): StandInHost {
  const hosts = selectedHosts(site);
  const [first] = hosts;
  if (first === undefined) throw new Error('a site has at least one host');
  if (site.source === 'flags') return { host: first, addresses: hosts.flatMap(({ addresses }) => addresses) };
  const own = system.localAddresses();
  const here = hosts.filter(({ addresses }) =>
    addresses.some((address) => own.some((mine) => compareAddresses(mine, address) === 0)),
  );
  const [host, other] = hosts.length === 1 ? hosts : here;
  if (host !== undefined && other === undefined) return { host, addresses: [] };
  throw new InputError({
    code: 'which-host',
    message: `the site has ${hosts.length} hosts, ${here.length} of them with an address of this machine`,
    fix: `choose the one to listen for: --host ${hosts.map(({ key }) => key).join(' or --host ')}`,
  });
}
