import { prefixOf, mergePrefixes, ANYWHERE, type Prefix } from '../net/prefix.ts';
import type { Host, Site } from '../deployment/site.ts';
import { ROLES, type Role } from '../deployment/role.ts';

/**
 * Who acts as the role towards this host, as merged prefixes. What nobody stated is: clients anywhere, config tools and web
 * clients nobody from outside. Servers and allocators are the site's other hosts that run one, and whoever was stated beside
 * them. The host's own addresses are left out where they come from the site: traffic inside one machine needs no rule.
 */
export function sourcesOf(role: Role, host: Host, site: Site): readonly Prefix[] {
  const stated = site.peers[role];
  switch (role) {
    case 'client':
      return mergePrefixes(stated ?? ANYWHERE);
    case 'config-tool':
    case 'web':
      return mergePrefixes(stated ?? []);
    case 'server':
    case 'allocator':
      return mergePrefixes([...ownHosts(role, host, site), ...(stated ?? [])]);
  }
}

/**
 * What the answer assumes because nobody said it, one sentence each with where to say it; in role order. Worded for notices,
 * report heads and comments in rules: plain text without quotes or backslashes.
 */
export function assumptionsOf(site: Site): readonly string[] {
  const { peers, source } = site;
  const roles = ROLES.filter((role) => peers[role] === null).map((role) => {
    const change = role === 'client' ? 'narrow' : 'widen';
    const where =
      source === 'file'
        ? 'it under peers in the site file'
        : `it, for example with --allow ${role}=${EXAMPLES[role]}`;
    return `${role}: ${UNSTATED[role]} (${change} ${where})`;
  });
  return [...(site.assumesInstances === true ? [INSTANCES_ASSUMED[source]] : []), ...roles];
}

/** What is assumed where nobody gave a number of instances. */
export const INSTANCES_ASSUMED: Readonly<Record<Site['source'], string>> = {
  flags: 'instances: one server instance on each host (give their number, for example --instances 4)',
  file: 'instances: one server instance on each host without a number (give instances in the site file)',
};

const EXAMPLES: Readonly<Record<Role, string>> = {
  client: '10.30.0.0/16',
  'config-tool': '10.20.9.5',
  allocator: '10.20.0.12',
  server: '10.20.0.12',
  web: '10.20.9.0/24',
};

const UNSTATED: Readonly<Record<Role, string>> = {
  client: 'anywhere, IPv4 and IPv6',
  'config-tool': 'only on the host itself',
  allocator: 'only hosts of the site',
  server: 'only hosts of the site',
  web: 'nobody',
};

function ownHosts(role: 'server' | 'allocator', host: Host, { hosts }: Site): readonly Prefix[] {
  const runsIt = (other: Host): boolean => (role === 'server' ? other.instances > 0 : other.allocator);
  return hosts
    .filter((other) => other !== host && runsIt(other))
    .flatMap(({ addresses }) => addresses.map(prefixOf));
}
