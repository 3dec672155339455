import type { Binding } from './binding.ts';
import type { Transport } from '../net/port-range.ts';
import type { System } from '../system/system.ts';

/** One socket of this machine that receives from anybody: a TCP listener or an unconnected UDP socket. */
export interface Listener extends Binding {
  readonly transport: Transport;
  /** A wildcard IPv6 socket that takes IPv4 as well; null where the source can't tell. */
  readonly servesBoth: boolean | null;
  readonly port: number;
  /** The interface that it is bound to, by which alone packets reach it; null: any. Absent where the source can't tell. */
  readonly device?: string | null;
  /** Null where the source may not tell (not root, another user's process). */
  readonly pid: number | null;
  /** Program name, null where unknown. Text from outside: escape before printing. */
  readonly process: string | null;
}

/** The program name of a stand-in, where the command line is shown. */
export type StandInProgram = 'vwaudit listen';

/** Who listens on this machine (on Linux: in this network namespace) on the ports that were asked for, as one source saw it. */
export interface SocketTable {
  /** `node-netstat`, `proc`, `powershell`, or several joined with `+`. */
  readonly source: string;
  /** By transport, port, family, address. */
  readonly listeners: readonly Listener[];
  /** True only when every listener on those ports is known to be in the list: absence then proves absence. */
  readonly isComplete: boolean;
  /** What could not be seen, in words for the user. */
  readonly gaps: readonly string[];
}

/** Reads the listeners on the given ports from one source. Never rejects: what goes wrong is a gap. */
export type SocketSource = (system: System, ports: ReadonlySet<number>) => Promise<SocketTable>;

/** The table of a source that could not be read at all. */
export function unreadTable(source: string, gap: string): SocketTable {
  return { source, listeners: [], isComplete: false, gaps: [gap] };
}
