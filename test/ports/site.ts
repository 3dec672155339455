import { ROLES, type Role } from '../../src/deployment/role.ts';
import type { Reading } from '../../src/deployment/reading.ts';
import { parseAddress } from '../../src/net/address.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import type { Host, Site } from '../../src/deployment/site.ts';

interface SiteParts {
  readonly reading?: Reading;
  readonly portOffset?: number;
  readonly peers?: Partial<Record<Role, readonly string[]>>;
}

/** A host for tests; `addresses` as text. */
export function host(
  key: string,
  instances: number,
  allocator: boolean,
  addresses: readonly string[] = [],
): Host {
  return {
    key,
    name: null,
    addresses: addresses.map((text) => parseAddress(text, 'test')),
    instances,
    allocator,
  };
}

export function siteOf(
  hosts: readonly Host[],
  { reading = 'auto', portOffset = 0, peers = {} }: SiteParts = {},
): Site {
  const stated = ROLES.map((role) => [role, peers[role]?.map((text) => parsePrefix(text, 'test')) ?? null]);
  return {
    name: null,
    source: 'flags',
    reading,
    portOffset,
    hosts,
    peers: Object.fromEntries(stated) as Site['peers'],
  };
}

/** One host with an allocator, as flags describe it. */
export function single(
  instances: number,
  parts: SiteParts = {},
  allocator = true,
): { site: Site; host: Host } {
  const only = host('localhost', instances, allocator);
  return { site: siteOf([only], parts), host: only };
}
