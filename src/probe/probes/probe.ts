import type { System } from '../../system/system.ts';
import type { Deadline } from './deadline.ts';
import type { ProbeTarget, Reason } from './observation.ts';

/** The system's error code for a probe. */
export interface ErrnoResult {
  readonly kind: 'errno';
  readonly errno: string;
  /** The system call itself failed: nothing was sent, so the cause is on this machine. */
  readonly isLocal: boolean;
  readonly rttMs: number;
}

/**
 * What followed a handshake: the other side closed, or sent something; it acknowledged our FIN; it reset the connection at once;
 * it never acknowledged our FIN; or the connection is gone, after a reset of its own or ours.
 */
export type Aftermath = 'closed' | 'spoke' | 'acknowledged' | 'reset' | 'unacknowledged' | 'vanished';

/** Our end of a connection. */
export interface OwnEnd {
  readonly localAddress: string;
  readonly localPort: number;
}

/** What one probe saw, before anything else that is known of the host weighs in. */
export type ProbeResult =
  | {
      readonly kind: 'open';
      readonly reason: Extract<
        Reason,
        'syn-ack' | 'udp-response' | 'http-response' | 'not-http' | 'no-http-answer'
      >;
      readonly rttMs: number;
      readonly evidence: string;
      /** What followed a handshake; null where it is not known yet, absent where nobody looked. */
      readonly after?: Aftermath | null;
      /** An HTTP status that only a gateway or proxy gives. */
      readonly isGateway?: true;
      /** Our own datagram came back. */
      readonly isReflected?: true;
      /** Our end of the connection, to look up what the kernel knows of it. */
      readonly connection?: OwnEnd;
      /** `vwaudit listen` answered: for the port that was asked, or for another one that packets were sent on to. */
      readonly standIn?: 'this-port' | 'another-port';
      /** What greeted speaks this protocol, which is not Viz World's. */
      readonly protocol?: string;
    }
  | ErrnoResult
  | { readonly kind: 'silence' };

/** What every probe needs beside its target. */
export interface ProbeContext {
  readonly system: System;
  /** The target's address as text. */
  readonly host: string;
  /** What a UDP probe sends. */
  readonly datagram: Uint8Array;
  /** How long an accepted connection waits for the greeting of a stand-in; 0 = no longer than for a reset. */
  readonly greetingMs: number;
}

/** Takes what a probe saw; only the first call counts. */
export type Settle = (result: ProbeResult) => void;

/**
 * Asks a target once and closes what it opened, then settles what it saw: silence when the deadline is over. May settle
 * before it returns; never throws for anything the network or the system says. No promise: it would be a fifteenth of the
 * work of a sweep.
 */
export type Probe = (target: ProbeTarget, deadline: Deadline, context: ProbeContext, settle: Settle) => void;
