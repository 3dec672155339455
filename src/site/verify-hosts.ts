import { InputError } from '../input-error.ts';
import { endpointsOf, hasAllocator } from '../ports/endpoints.ts';
import { located, type YamlLocation } from './tree/place.ts';
import type { PlacedHost } from './read-hosts.ts';
import type { Host, Site } from '../deployment/site.ts';

/**
 * Refuses what no deployment can be: a host that runs nothing, several instances without an allocator anywhere, more instances
 * than the scheme has ports for.
 * @param offsetPlace where the file states the port offset; null where the file doesn't decide it
 * @throws InputError with the place of the host's instance count, or of the offset
 */
export function verifyHosts(
  site: Site,
  placed: readonly PlacedHost[],
  offsetPlace: YamlLocation | null,
): void {
  const verified = new Set<string>();
  for (const { host, instancesPlace } of placed) {
    located(instancesPlace, () => {
      refuseIdle(host);
      refuseLoneInstances(host, site);
    });
    // The ports of a host follow from these two alone.
    const kind = `${host.instances} ${host.allocator}`;
    if (!verified.has(kind)) refuseUnfitPorts(host, site, instancesPlace, offsetPlace);
    verified.add(kind);
  }
}

function refuseUnfitPorts(
  host: Host,
  site: Site,
  instancesPlace: YamlLocation,
  offsetPlace: YamlLocation | null,
): void {
  try {
    endpointsOf(host, site);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const place = error.problem.code === 'port-too-high' ? offsetPlace : instancesPlace;
    throw new InputError({
      ...error.problem,
      message: `host "${host.key}": ${error.problem.message}`,
      ...place,
    });
  }
}

function refuseIdle({ key, instances, allocator }: Host): void {
  if (instances > 0 || allocator) return;
  throw new InputError({
    code: 'idle-host',
    message: `host "${key}" runs nothing: no instances and no allocator`,
    value: key,
    fix: 'give it instances or allocator: true, or leave it out',
  });
}

function refuseLoneInstances({ key, instances }: Host, site: Site): void {
  if (instances <= 1 || hasAllocator(site)) return;
  throw new InputError({
    code: 'no-allocator',
    message: `host "${key}": ${instances} instances need an allocator: without one only instance 1 has a client port (102)`,
    value: key,
    fix: 'write allocator: true for the host that runs it, or its address under peers: allocator:',
  });
}
