import type { Family } from '../../net/address.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Flow } from '../../ports/flows.ts';
import type { ExploratoryProbe } from '../../ports/exploratory-probes.ts';
import type { Observation } from '../../probe/probes/observation.ts';
import type { Listener } from '../../sockets/socket-table.ts';

/** A flow and everything that was seen of it: what the judge of `check` starts from. */
export interface Checked {
  readonly flow: Flow;
  /** The host is described in a site file, not by flags: advice has to say so. */
  readonly inSiteFile: boolean;
  readonly observation: Omit<Observation, 'target'>;
  /** Where the probed address is this machine's own: who holds the port here; null elsewhere. */
  readonly local: LocalView | null;
  /** Closed here, but the UDP port that the other reading of the guide gives this host answers: that port. */
  readonly mirror: Endpoint | null;
  /** Nobody stated its instance: it was looked for and answers. */
  readonly isUnstated?: true;
  /** What the log of a stand-in on that host adds; null without one, and where it adds nothing. */
  readonly log: LogView | null;
}

/** The programs that have the port open on this machine; null is one that is not shown to this user. */
export function holdersOf({ local }: Pick<Checked, 'local'>): readonly (string | null)[] {
  return (local?.covering ?? []).map(({ process }) => process);
}

/** What a log of `vwaudit listen` proves of a flow: the UDP probe arrived, or the port was held all along and nothing of ours came. */
export interface LogView {
  readonly kind: 'arrived' | 'nothing-arrived';
  readonly evidence: string;
}

/** What a port said that nobody expects; see `ports/exploratory-probes.ts`. */
export interface ExploredPort {
  readonly scout: ExploratoryProbe;
  readonly observation: Omit<Observation, 'target'>;
}

/** The part of the socket table that is about one port. */
export interface LocalView {
  /** Every listener of that transport and port, whatever it is bound to. */
  readonly listeners: readonly Listener[];
  /** Those of them that a connection to the probed address reaches. */
  readonly covering: readonly Listener[];
  readonly isComplete: boolean;
  /** Somebody on another machine has to reach this port: a loopback listener is not enough. */
  readonly isNeededByOthers: boolean;
  /** A family others use and no listener serves, though they serve the other one. */
  readonly unserved?: Family;
}
