import { errnoOf } from '../errno.ts';
import type { Address } from '../net/address.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { System } from '../system/system.ts';
import { bindAddresses } from './bind-addresses.ts';
import { createConnections, type ConnectionLimits } from './stand-ins/connections.ts';
import type {
  BindFailure,
  ConnectionRecord,
  HeldPort,
  HeldPortCounts,
} from './stand-ins/connection-record.ts';
import { createCounter, type Counter } from './stand-ins/counter.ts';
import { httpStandIn } from './stand-ins/http-stand-in.ts';
import type { OpenPort, StandIn } from './stand-ins/stand-in.ts';
import { tcpStandIn } from './stand-ins/tcp-stand-in.ts';
import { udpStandIn } from './stand-ins/udp-stand-in.ts';

export interface ResponderOptions {
  /** Where to hold every port; the all-zero address of a family stands for all of this machine's. */
  readonly addresses: readonly Address[];
  /**
   * Called for each contact, but for no flood; false when there was no room for it either. Both count as
   * {@link HeldPortCounts.unreported}.
   */
  readonly onContact: (contact: ConnectionRecord) => boolean;
  /** Ports (`tcp/102`) to leave alone although the system might let us bind them beside their holder. */
  readonly taken?: ReadonlySet<string>;
}

/** A stand-in for Viz World, holding ports until it is stopped. */
export interface Responder {
  readonly held: readonly HeldPort[];
  readonly failures: readonly BindFailure[];
  counts(): readonly HeldPortCounts[];
  /** Closes every socket; resolves when none is left. */
  stop(): Promise<void>;
}

/** Holds every endpoint at every address, as far as the system allows: what it refuses is among the failures. Never rejects. */
export async function startResponder(
  endpoints: readonly Endpoint[],
  { addresses, onContact, taken = new Set() }: ResponderOptions,
  system: System,
): Promise<Responder> {
  const own = system.localAddresses();
  const wanted = endpoints.flatMap((endpoint) =>
    bindAddresses(addresses, endpoint.transport, own).map((address): HeldPort => ({ endpoint, address })),
  );
  const connections = createConnections(await connectionLimits(wanted.length, system), system);
  let stopping: Promise<void> | undefined;
  const report = (contact: ConnectionRecord): boolean => stopping === undefined && onContact(contact);
  const outcomes = await Promise.all(
    wanted.map(async (held): Promise<Outcome> => {
      const { endpoint } = held;
      if (taken.has(`${endpoint.transport}/${endpoint.port}`)) return { ...held, errno: 'EADDRINUSE' };
      const counter = createCounter(held, report, system);
      try {
        const port = await standInFor(endpoint)(held, { system, connections, counter });
        return { held, counter, port };
      } catch (error) {
        return {
          ...held,
          errno: errnoOf(error) ?? String(error),
        };
      }
    }),
  );
  const open = outcomes.filter((outcome) => 'port' in outcome);
  const stop = async (): Promise<void> => {
    const closing = open.map(({ port }) => port.close());
    connections.closeAll();
    await Promise.all(closing);
  };
  return {
    held: open.map(({ held }) => held),
    failures: outcomes.filter((outcome) => 'errno' in outcome),
    counts: () => open.map(({ counter }) => counter.counts()),
    stop: () => (stopping ??= stop()),
  };
}

type Outcome = BindFailure | { readonly held: HeldPort; readonly counter: Counter; readonly port: OpenPort };

function standInFor({ transport, application }: Endpoint): StandIn {
  if (transport === 'udp') return udpStandIn;
  return application === 'http' ? httpStandIn : tcpStandIn;
}

/** Probes need a connection for milliseconds each; half of the descriptors are left to whatever else this process does. */
async function connectionLimits(ports: number, system: System): Promise<ConnectionLimits> {
  const descriptors = (await system.descriptorLimit()) ?? Infinity;
  const total = Math.max(16, Math.min(1024, Math.floor((descriptors - ports) / 2)));
  return { total, perSource: Math.max(8, Math.floor(total / 4)), lifeMs: 2_000 };
}
