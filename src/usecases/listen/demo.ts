import { InputError } from '../../input-error.ts';
import { compareAddresses, type Address } from '../../net/address.ts';
import { LOOPBACK_ADDRESS } from '../../net/special-addresses.ts';
import { MAX_PORT } from '../../net/port-range.ts';
import { endpointsOf } from '../../ports/endpoints.ts';
import { startResponder, type Responder } from '../../responder/responder.ts';
import type { Host, Site } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';
import { takenPorts } from './taken-ports.ts';

/** A stand-in on loopback that has opened every port of a host. */
export interface Demo {
  /** The site with the port offset that was free. */
  readonly site: Site;
  readonly responder: Responder;
}

/** Tried in turn when the site's own ports can't be bound: low ports need a privilege, others may be in use. */
const OFFSETS = [20_000, 30_000, 40_000, 50_000] as const;

/**
 * Stands in for one host of the site on this machine's loopback, all of its ports or none.
 * @throws InputError when no offset leaves every port free.
 */
export async function startDemo(host: Host, site: Site, system: System): Promise<Demo> {
  const own = system.localAddresses();
  const addresses = [LOOPBACK_ADDRESS[4], LOOPBACK_ADDRESS[6]].filter(
    (loopback) => loopback.family === 4 || own.some((address) => compareAddresses(address, loopback) === 0),
  );
  const candidates = [site, ...OFFSETS.map((portOffset) => ({ ...site, portOffset }))].filter((candidate) =>
    fits(host, site, candidate.portOffset),
  );
  const taken = await takenPorts(
    candidates.flatMap((candidate) => endpointsOf(host, candidate)),
    system,
  );
  let obstacle = '';
  for (const candidate of candidates) {
    const responder = await hold(host, candidate, addresses, taken, system);
    const [failure] = responder.failures;
    if (failure === undefined) return { site: candidate, responder };
    await responder.stop();
    obstacle = `${failure.endpoint.transport.toUpperCase()} ${failure.endpoint.port}: ${failure.errno}`;
  }
  throw new InputError({
    code: 'no-free-ports',
    message: `--demo: no port offset leaves all of its ports free on loopback (last: ${obstacle})`,
    fix: 'give one, for example --port-offset 20000',
  });
}

function hold(
  host: Host,
  site: Site,
  addresses: readonly Address[],
  taken: ReadonlySet<string>,
  system: System,
): Promise<Responder> {
  const options = { addresses, taken, onContact: () => true };
  return startResponder(endpointsOf(host, site), options, system);
}

function fits(host: Host, site: Site, portOffset: number): boolean {
  return endpointsOf(host, site).every(({ port }) => port - site.portOffset + portOffset <= MAX_PORT);
}
