import type { Address, Family } from '../net/address.ts';
import type { Transport } from '../net/port-range.ts';

/** One socket of this machine that receives from anybody: a TCP listener or an unconnected UDP socket. */
export interface Listener {
  readonly transport: Transport;
  /** The family of the socket; a wildcard IPv6 socket may serve IPv4 too, see `servesBoth`. */
  readonly family: Family;
  /** The bound address; null for the wildcard of the family. */
  readonly address: Address | null;
  /** A wildcard IPv6 socket that takes IPv4 as well; null where the source can't tell. */
  readonly servesBoth: boolean | null;
  readonly port: number;
  /** Null where the source may not tell (not root, another user's process). */
  readonly pid: number | null;
  /** Program name, null where unknown. Text from outside: escape before printing. */
  readonly process: string | null;
}

/** Who listens on this machine, as one source saw it. */
export interface SocketTable {
  /** `node-netstat`, `proc`, `powershell`, or several joined with `+`. */
  readonly source: string;
  readonly listeners: readonly Listener[];
  /** True only when every listener of the machine is known to be in the list: absence then proves absence. */
  readonly isComplete: boolean;
  /** What could not be seen, in words for the user. */
  readonly gaps: readonly string[];
}
