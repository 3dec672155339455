import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { Role } from '../../deployment/role.ts';
import type { Host, Site } from '../../deployment/site.ts';

/** Which hosts a command is to be about: this one, or all that the run was about. */
type About = Host | 'all';

/**
 * The flags that describe this site to another command: what was given, in one form. Hosts that have only a name are left out,
 * since no command but `check` takes names.
 */
export function siteArguments(site: Site, about: About): readonly string[] {
  if (site.file !== undefined) return ['--site', site.file, ...keys(site, about), ...numbers(site)];
  const { instances = 1, allocator = true } = site.hosts[0] ?? {};
  return [
    '--instances',
    `${instances}`,
    ...(allocator ? [] : ['--no-allocator']),
    ...site.hosts.flatMap(({ addresses }) =>
      (about === 'all' ? addresses : addresses.slice(0, 1)).flatMap((address) => [
        '--host',
        formatAddress(address),
      ]),
    ),
    ...Object.entries(site.peers).flatMap(([role, prefixes]) =>
      prefixes === null || prefixes.length === 0
        ? []
        : ['--allow', `${role as Role}=${prefixes.map(formatPrefix).join(',')}`],
    ),
    ...numbers(site),
  ];
}

function keys({ selected, hosts }: Site, about: About): readonly string[] {
  if (about !== 'all') return hosts.length === 1 ? [] : ['--host', about.key];
  return (selected ?? []).flatMap((key) => ['--host', key]);
}

function numbers({ reading, portOffset }: Site): readonly string[] {
  return [
    ...(reading === 'auto' ? [] : ['--reading', reading]),
    ...(portOffset === 0 ? [] : ['--port-offset', `${portOffset}`]),
  ];
}

/** The commands of `vwaudit rules` ask for a file of each host where flags name several. */
export function hasSeveralHosts(site: Site): boolean {
  return site.file === undefined && site.hosts.filter(({ addresses }) => addresses.length > 0).length > 1;
}
