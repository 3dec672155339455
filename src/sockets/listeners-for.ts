import type { Listener, SocketTable } from './socket-table.ts';
import { compareAddresses, type Address } from '../net/address.ts';
import type { Transport } from '../net/port-range.ts';

/** One port at one address of this machine. */
export interface SocketTarget {
  readonly transport: Transport;
  readonly port: number;
  readonly address: Address;
}

/** The listeners on a port, by whether packets to the address reach them. */
export interface TargetListeners {
  readonly covering: readonly Listener[];
  /** IPv6 wildcard sockets that may or may not take IPv4. */
  readonly uncertain: readonly Listener[];
  /** Bound to other addresses only, for example to loopback. */
  readonly elsewhere: readonly Listener[];
}

export function listenersFor(table: Pick<SocketTable, 'listeners'>, target: SocketTarget): TargetListeners {
  const onPort = table.listeners.filter(
    ({ transport, port }) => transport === target.transport && port === target.port,
  );
  const coverages = onPort.map((listener) => ({ listener, covers: covers(listener, target.address) }));
  const those = (wanted: boolean | null): readonly Listener[] =>
    coverages.filter((coverage) => coverage.covers === wanted).map(({ listener }) => listener);
  return { covering: those(true), uncertain: those(null), elsewhere: those(false) };
}

/** Whether the socket receives what is sent to this address of the machine; null where its source can't tell. */
function covers(listener: Listener, address: Address): boolean | null {
  if (listener.address !== null) return compareAddresses(listener.address, address) === 0;
  if (listener.family === address.family) return true;
  return listener.family === 6 ? listener.servesBoth : false;
}
