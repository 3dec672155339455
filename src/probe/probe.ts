import type { System } from '../system/system.ts';
import type { Deadline } from './deadline.ts';
import type { ProbeTarget, Reason } from './observation.ts';
import type { DialerPool } from './dialer-pool.ts';

/** The system's error code for a probe. */
export interface ErrnoSighting {
  readonly kind: 'errno';
  readonly errno: string;
  /** The system call itself failed: nothing was sent, so the cause is on this machine. */
  readonly isLocal: boolean;
  readonly rttMs: number;
}

/** What one probe saw, before anything else that is known of the host weighs in. */
export type Sighting =
  | {
      readonly kind: 'open';
      readonly reason: Extract<Reason, 'syn-ack' | 'udp-response' | 'http-response' | 'not-http'>;
      readonly rttMs: number;
      readonly evidence: string;
    }
  | ErrnoSighting
  | { readonly kind: 'silence' };

/** What every probe needs beside its target. */
export interface ProbeContext {
  readonly system: System;
  /** The target's address as text. */
  readonly host: string;
  /** What a UDP probe sends. */
  readonly datagram: Uint8Array;
  /** In a sweep, so many ports that time counts more than an orderly goodbye: where TCP probes take their sockets. */
  readonly sweepDialers: DialerPool | null;
}

/** Takes what a probe saw; only the first call counts. */
export type Settle = (sighting: Sighting) => void;

/**
 * Asks a target once and closes what it opened, then settles what it saw: silence when the deadline is over. May settle
 * before it returns; never throws for anything the network or the system says. No promise: it would be a fifteenth of the
 * work of a sweep.
 */
export type Probe = (target: ProbeTarget, deadline: Deadline, context: ProbeContext, settle: Settle) => void;
