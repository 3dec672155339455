import { InputError } from '../input-error.ts';
import type { Address, Family } from '../net/address.ts';
import { selectedHosts } from '../ports/selected-hosts.ts';
import type { System } from '../system/system.ts';
import type { Host, Site } from './site.ts';

/** A site whose names have become addresses, and the names that have none. */
export interface ResolvedSite {
  readonly site: Site;
  /** Host key → why it has no address: the resolver's code, or that no address is of a wanted family. */
  readonly failures: ReadonlyMap<string, string>;
}

/**
 * Resolves every name of the selected hosts once and keeps their addresses of the wanted families.
 * @throws InputError when an address was given that is of another family than the one asked for.
 */
export async function resolveHosts(
  site: Site,
  families: readonly Family[],
  system: System,
): Promise<ResolvedSite> {
  const failures = new Map<string, string>();
  const selected = new Set(selectedHosts(site));
  const hosts = await Promise.all(
    site.hosts.map(async (host): Promise<Host> => {
      if (!selected.has(host)) return host;
      if (host.name === null) return ofFamilies(host, families);
      const found = await system.resolve(host.name).catch((error: unknown) => codeOf(error));
      const addresses =
        typeof found === 'string' ? [] : unique(found).filter(({ family }) => families.includes(family));
      if (addresses.length === 0) {
        failures.set(
          host.key,
          typeof found === 'string' ? found : `no IPv${families.join(' or IPv')} address`,
        );
      }
      return { ...host, addresses };
    }),
  );
  return { site: { ...site, hosts }, failures };
}

function ofFamilies(host: Host, families: readonly Family[]): Host {
  const addresses = host.addresses.filter(({ family }) => families.includes(family));
  if (addresses.length > 0 || host.addresses.length === 0) return { ...host, addresses };
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
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : String(error);
}
