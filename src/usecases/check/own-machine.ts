import { compareAddresses, type Address, type Family } from '../../net/address.ts';
import { isLoopback } from '../../net/special-addresses.ts';
import { flowAt, type Flow } from '../../ports/flows.ts';
import { sourcesOf } from '../../ports/peers.ts';
import type { Role } from '../../deployment/role.ts';
import { THIS_MACHINE, type Host, type Site } from '../../deployment/site.ts';
import { listenersFor, type SocketTarget } from '../../sockets/listeners-for.ts';
import { otherAddresses } from '../../sockets/other-addresses.ts';
import { readSocketTable } from '../../sockets/read-socket-table.ts';
import type { Listener, SocketTable } from '../../sockets/socket-table.ts';
import type { System } from '../../system/system.ts';
import type { LocalView } from '../../verdict/check/checked.ts';
import { unservedFamily } from './unserved-family.ts';
import { observe, type ObserveOptions, type Observed } from './observe.ts';

/** This machine's socket table, and which addresses are this machine's. */
export interface OwnSockets {
  readonly table: SocketTable;
  readonly isOwn: (address: Address | null) => boolean;
}

/**
 * Whether an address is this machine's own. An interface without a carrier is not listed, but packets to its addresses come from
 * these addresses.
 */
export function ownAddressTest(
  system: System,
  sourceTo: (address: Address) => Address | null,
): (address: Address | null) => boolean {
  const own = system.localAddresses();
  return (address) => {
    if (address === null) return false;
    const known = [...own, sourceTo(address)];
    return isLoopback(address) || known.some((one) => one !== null && compareAddresses(one, address) === 0);
  };
}

/** Read only when a flow ends on this machine; null otherwise. */
export async function readOwnSockets(
  flows: readonly Flow[],
  isOwn: OwnSockets['isOwn'],
  system: System,
): Promise<OwnSockets | null> {
  const ports = flows.filter(({ address }) => isOwn(address)).map(({ endpoint }) => endpoint.port);
  return ports.length === 0 ? null : { table: await readSocketTable(system, ports), isOwn };
}

/** Taken for granted of what listens here: on Linux `ss` alone shows the interface that a socket is bound to. */
export function assumedOfSockets(
  sockets: OwnSockets | null,
  platform: System['platform'],
): readonly string[] {
  const isUnknown = ({ address, device }: Listener): boolean =>
    device === undefined && (address === null || !isLoopback(address));
  if (platform !== 'linux' || sockets?.table.listeners.some(isUnknown) !== true) return [];
  return ['no listener of this machine is bound to the interface lo (ss of iproute2, which tells, did not)'];
}

/**
 * "This machine" is asked over loopback; a port that did not answer there, but has a listener on another of its addresses, is
 * asked there too, and passes if one answers. A UDP listener need not answer: where none does, one that refused nothing counts.
 */
export async function askElsewhere(
  observed: readonly Observed<Flow>[],
  sockets: OwnSockets | null,
  options: ObserveOptions,
  system: System,
): Promise<readonly Observed<Flow>[]> {
  if (sockets === null) return observed;
  const origins = new Map(
    observed.flatMap((one) => elsewhere(one, sockets.table).map((flow) => [flow, one] as const)),
  );
  if (origins.size === 0) return observed;
  const better = new Map<Observed<Flow> | undefined, Observed<Flow>>();
  const others = await observe([...origins.keys()], new Map(), options, system);
  for (const state of ['open', 'open|filtered'] as const) {
    for (const other of others.filter(({ observation }) => observation.state === state)) {
      const origin = origins.get(other.asked);
      if (!better.has(origin)) better.set(origin, other);
    }
  }
  return observed.map((one) => better.get(one) ?? one);
}

export interface LocalOptions {
  readonly isDemo: boolean;
  /** The families the user wants checked; null: IPv4, and whatever is stated. */
  readonly families: readonly Family[] | null;
  /** This machine's addresses. */
  readonly own: readonly Address[];
}

/** What the socket table says of a flow that ends on this machine; null for one that doesn't. */
export function localView(
  flow: Flow,
  sockets: OwnSockets | null,
  site: Site,
  { isDemo, families, own }: LocalOptions,
): LocalView | null {
  if (sockets === null || flow.address === null || !sockets.isOwn(flow.address)) return null;
  const { covering, uncertain, elsewhere } = listenersFor(sockets.table, targetOf(flow, flow.address));
  const roles = isDemo ? [] : flow.endpoint.audience.filter((role) => isNeeded(role, flow.host, site));
  const isNeededByOthers = roles.length > 0;
  const listeners = [...covering, ...uncertain, ...elsewhere];
  const unserved = isNeededByOthers ? unservedFamily(flow, listeners, site, { roles, families, own }) : null;
  return {
    listeners,
    covering,
    isComplete: sockets.table.isComplete && (covering.length > 0 || uncertain.length === 0),
    isNeededByOthers,
    ...(unserved !== null && { unserved }),
  };
}

/** From another machine, or by a part of Viz World that asks the address of the host, though it may run on it. */
function isNeeded(role: Role, host: Host, site: Site): boolean {
  if (sourcesOf(role, host, site).length > 0) return true;
  return role === 'allocator' && site.hosts.some(({ allocator }) => allocator);
}

function elsewhere({ asked: flow, observation }: Observed<Flow>, table: SocketTable): readonly Flow[] {
  if (flow.host.key !== THIS_MACHINE || flow.address === null || observation.state === 'open') return [];
  return otherAddresses(table, targetOf(flow, flow.address)).map((address) => flowAt(flow, address));
}

function targetOf({ endpoint: { transport, port } }: Flow, address: Address): SocketTarget {
  return { transport, port, address };
}
