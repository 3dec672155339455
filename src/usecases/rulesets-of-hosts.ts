import { InputError } from '../input-error.ts';
import { selectedHosts } from '../ports/selected-hosts.ts';
import type { Host, Site } from '../site/site.ts';

/** A host and the files of the machine that filters for it. */
export interface HostFiles {
  readonly host: Host;
  readonly files: readonly string[];
}

/**
 * Whose rules each file holds: `HOST=FILE` are those of one host, all others count for every host that is asked about.
 * @param self the one host whose rules these are; null: not stated
 * @throws InputError where a host has none, or `self` is no host of the site
 */
export function rulesetsOfHosts(
  words: readonly string[],
  self: string | null,
  site: Site,
): readonly HostFiles[] {
  const hosts = self === null ? selectedHosts(site) : [hostNamed(self, site)];
  const ownerOf = (word: string): Host | undefined =>
    site.hosts.find(({ key }) => word.startsWith(`${key}=`));
  const shared = words.filter((word) => ownerOf(word) === undefined);
  return hosts.map((host) => {
    const own = words.filter((word) => ownerOf(word) === host);
    const files = [...own.map((word) => word.slice(host.key.length + 1)), ...shared];
    if (files.length > 0) return { host, files };
    throw new InputError({
      code: 'no-ruleset',
      message: `no ruleset is given for ${host.key}`,
      value: host.key,
      fix: `add ${host.key}=FILE, or ask about the others only with --self or --host`,
    });
  });
}

function hostNamed(self: string, { hosts }: Site): Host {
  const found = hosts.find(({ key }) => key === self);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'unknown-host',
    message: `--self: "${self}" is not a host of the site`,
    value: self,
    fix: `give one of ${hosts.map(({ key }) => key).join(', ')}`,
  });
}
