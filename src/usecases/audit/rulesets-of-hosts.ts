import { InputError } from '../../input-error.ts';
import { tryParseAddress } from '../../net/address.ts';
import { selectedHosts } from '../../deployment/selected-hosts.ts';
import { isHostName } from '../../site/hosts/host-name.ts';
import type { Host, Site } from '../../deployment/site.ts';

/** A host and the files of the machine that filters for it. */
export interface HostFiles {
  readonly host: Host;
  readonly files: readonly string[];
}

/**
 * Whose rules each file holds: `HOST=FILE` are those of one host, all others apply to every host that is audited.
 * @param rulesOf the one host whose rules these are; null: not stated
 * @throws InputError where a host has none, or `rulesOf` is not a host of the site
 */
export function rulesetsOfHosts(
  words: readonly string[],
  rulesOf: string | null,
  site: Site,
): readonly HostFiles[] {
  const hosts = rulesOf === null ? selectedHosts(site) : [hostNamed(rulesOf, site)];
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
      fix: `add for example ${host.key}=rules-${host.key}.txt, or audit only the other hosts with --rules-of or --host`,
    });
  });
}

/** A word such as `nope=FILE` is a file where no host is called that; one that can't be read was hardly meant as one. */
export function orUnknownHost(error: unknown, { hosts }: Site): unknown {
  if (!(error instanceof InputError) || error.problem.code !== 'unreadable-file') return error;
  const name = /^([^=]+)=/.exec(error.problem.value ?? '')?.[1];
  if (name === undefined || !(isHostName(name) || tryParseAddress(name))) return error;
  return new InputError({
    ...error.problem,
    message: `${error.problem.message}, and no host of the site is called "${name}"`,
    fix: `give a readable file, or one of a host by its key, for example ${hosts[0]?.key ?? 'localhost'}=rules.txt; the hosts are ${keysOf(hosts)}`,
  });
}

const keysOf = (hosts: readonly Host[]): string => hosts.map(({ key }) => key).join(', ');

function hostNamed(name: string, { hosts }: Site): Host {
  const found = hosts.find(({ key }) => key === name);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'unknown-host',
    message: `--rules-of: "${name}" is not a host of the site`,
    value: name,
    fix: `give one of ${keysOf(hosts)}`,
  });
}
