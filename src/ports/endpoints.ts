import { InputError } from '../input-error.ts';
import { MAX_PORT } from '../net/port-range.ts';
import type { Host, Site } from '../deployment/site.ts';
import { formatEndpointId } from '../deployment/endpoint-id.ts';
import { refuseCollisions } from './collisions.ts';
import { compareEndpoints, type Endpoint } from './endpoint.ts';
import { guideReading, type GuideReading, type Reading } from '../deployment/reading.ts';
import type { ListenerRole, Role } from '../deployment/role.ts';
import { SCHEME, type SchemeRow } from './scheme.ts';

/**
 * The ports one host of the site listens on, sorted; in the reading of the site, `auto` taking the example's side.
 * @throws InputError when two of them collide, one is above 65535, or several instances have no allocator.
 */
export function endpointsOf(host: Host, site: Site): readonly Endpoint[] {
  refuseMissingAllocator(host, site);
  const endpoints = expand(host, site, guideReading(site.reading));
  refuseCollisions(endpoints);
  refuseTooHigh(endpoints, site.portOffset);
  return endpoints;
}

/**
 * What the other reading of the UDP roles adds on this host: nothing unless the reading is `auto`, and nothing where
 * every host is server and allocator at once, since there both readings expect the same ports.
 */
export function alternateUdpEndpoints(host: Host, site: Site): readonly Endpoint[] {
  if (site.reading !== 'auto') return [];
  const own = new Set(expand(host, site, 'example').map(({ id }) => id));
  return expand(host, site, 'table').filter(({ id, transport }) => transport === 'udp' && !own.has(id));
}

/** An allocator runs on one of the hosts, or is stated as a peer outside them. */
export function hasAllocator({ hosts, peers }: Site): boolean {
  return hosts.some((host) => host.allocator) || (peers.allocator?.length ?? 0) > 0;
}

function expand(host: Host, site: Site, reading: GuideReading): Endpoint[] {
  return SCHEME.flatMap((row) =>
    instancesOf(row, host, site, reading).map((k) => endpoint(row, k, reading, host, site)),
  ).sort(compareEndpoints);
}

/** The instances for which the row has a port on this host; `[null]` for a row without instances, `[]` for none. */
function instancesOf(
  row: SchemeRow,
  host: Host,
  site: Site,
  reading: GuideReading,
): readonly (number | null)[] {
  if (row.needsAllocator && !hasAllocator(site)) return [];
  if (!runs(row.listener[reading], host)) return [];
  if (row.instances === null) return [null];
  const isServer = row.listener[reading] === 'server';
  const count = isServer ? host.instances : Math.max(...site.hosts.map(({ instances }) => instances));
  const { from, to } = row.instances;
  return Array.from({ length: Math.max(0, Math.min(count, to) - from + 1) }, (_, index) => from + index);
}

function endpoint(
  row: SchemeRow,
  instance: number | null,
  reading: GuideReading,
  host: Host,
  site: Site,
): Endpoint {
  const step = instance === null || row.instances === null ? 0 : instance - row.instances.from;
  const readings = (['example', 'table'] as const).filter(
    (other) => row.firstPort[other] === row.firstPort[reading],
  );
  return {
    id: formatEndpointId({ owner: row.owner, instance, purpose: row.id }),
    role: row.listener[reading],
    instance,
    transport: row.transport,
    application: row.application,
    port: row.firstPort[reading] + step + site.portOffset,
    audience: audienceOf(row, host, site.reading),
    readings,
    purpose: row.purpose,
    note: row.note,
  };
}

/** Under `auto` only the readings whose listener runs on this host have a say: else servers would be let in to servers. */
function audienceOf({ audience, listener }: SchemeRow, host: Host, reading: Reading): readonly Role[] {
  if (reading !== 'auto') return audience[reading];
  const sides = (['example', 'table'] as const).filter((side) => runs(listener[side], host));
  return [...new Set(sides.flatMap((side) => audience[side]))];
}

function runs(role: ListenerRole, host: Host): boolean {
  return role === 'server' ? host.instances > 0 : host.allocator;
}

function refuseMissingAllocator(host: Host, site: Site): void {
  if (host.instances <= 1 || hasAllocator(site)) return;
  throw new InputError({
    code: 'no-allocator',
    message: `${host.instances} instances need an allocator: without one only instance 1 has a client port (102)`,
    value: `${host.instances}`,
    fix: 'leave out --no-allocator, name the allocator with --allow allocator=10.20.0.12, or use --instances 1',
  });
}

function refuseTooHigh(endpoints: readonly Endpoint[], portOffset: number): void {
  const high = endpoints.find(({ port }) => port > MAX_PORT);
  if (high === undefined) return;
  const highest = Math.max(...endpoints.map(({ port }) => port));
  throw new InputError({
    code: 'port-too-high',
    message: `port offset ${portOffset} moves ${high.id} to ${high.port}, above ${MAX_PORT}`,
    value: `${portOffset}`,
    fix: `give a port offset of at most ${MAX_PORT - (highest - portOffset)}`,
  });
}
