import { errnoOf } from '../../errno.ts';
import { InputError } from '../../input-error.ts';
import type { Address, Family } from '../../net/address.ts';
import { selectedHosts } from '../../deployment/selected-hosts.ts';
import type { System } from '../../system/system.ts';
import type { Host, Site } from '../../deployment/site.ts';

/** A site whose names have become addresses, and the names that have none. */
export interface ResolvedSite {
  readonly site: Site;
  /** Host key → why it has no address: the resolver's code, or that no address is of a wanted family. */
  readonly failures: ReadonlyMap<string, string>;
  /** Selected hosts that have addresses, but none of a wanted family; they are selected no more. */
  readonly passedOver: readonly Host[];
  /** Host key → its addresses of the other family, of the selected hosts that have some. */
  readonly leftOut: ReadonlyMap<string, readonly Address[]>;
}

/**
 * Resolves every name of the selected hosts once and keeps their addresses of the wanted families.
 * @throws InputError when addresses were given, but for no host one of a wanted family.
 */
export async function resolveHosts(
  site: Site,
  families: readonly Family[],
  system: System,
): Promise<ResolvedSite> {
  const failures = new Map<string, string>();
  const leftOut = new Map<string, readonly Address[]>();
  const wanted = (key: string, all: readonly Address[]): readonly Address[] => {
    const others = all.filter(({ family }) => !families.includes(family));
    if (others.length > 0) leftOut.set(key, others);
    return all.filter(({ family }) => families.includes(family));
  };
  const selected = new Set(selectedHosts(site));
  const hosts = await Promise.all(
    site.hosts.map(async (host): Promise<Host> => {
      if (!selected.has(host)) return host;
      if (host.name === null) return { ...host, addresses: wanted(host.key, host.addresses) };
      const found = await system.resolve(host.name).catch((error: unknown) => codeOf(error));
      const addresses = typeof found === 'string' ? [] : wanted(host.key, unique(found));
      if (addresses.length === 0) {
        failures.set(
          host.key,
          typeof found === 'string' ? found : `no IPv${families.join(' or IPv')} address`,
        );
      }
      return { ...host, addresses };
    }),
  );
  const lacks = (host: Host, index: number): boolean =>
    selected.has(host) && host.addresses.length > 0 && hosts[index]?.addresses.length === 0;
  const passedOver = site.hosts.filter(lacks);
  if (passedOver.length === 0) return { site: { ...site, hosts }, failures, passedOver, leftOut };
  const [first] = passedOver;
  if (first !== undefined && passedOver.length === selected.size) refuseFamily(first, families);
  const rest = selectedHosts(site).filter((host) => !passedOver.includes(host));
  return { site: { ...site, hosts, selected: rest.map(({ key }) => key) }, failures, passedOver, leftOut };
}

function refuseFamily(host: Host, families: readonly Family[]): never {
  throw new InputError({
    code: 'wrong-family',
    message: `host "${host.key}" has no IPv${families.join(' or IPv')} address`,
    value: host.key,
    fix: `leave out -${families.join(' -')} or give an address of that family`,
  });
}

function unique(addresses: readonly Address[]): readonly Address[] {
  return [...new Map(addresses.map((address) => [`${address.family} ${address.value}`, address])).values()];
}

function codeOf(error: unknown): string {
  return errnoOf(error) ?? String(error);
}
