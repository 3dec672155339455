import type { Transport } from '../net/port-range.ts';

/**
 * What `vwaudit listen` writes, one JSON document a line: a head, then contacts and, every few seconds, counts; a summary
 * at its end. Plain JSON in the key order that is printed.
 */
export type ListenRecord = ListenHead | ContactRecord | CountsRecord | ListenSummary;

/** From one record of counts to the next. */
export const HEARTBEAT_MS = 5_000;

/** A port at an address, which is canonical text; the all-zero address (TCP only) stands for every address of its family. */
export interface LoggedPort {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly port: number;
  readonly address: string;
}

/** A port that could not be held. */
export interface NotHeld extends LoggedPort {
  /** The system's code: `EACCES`, `EADDRINUSE`, … */
  readonly errno: string;
  /** Who holds it, or what to do about it: one clause. */
  readonly why: string;
}

/** The first line. In the log it also has what every result starts with. */
export interface ListenHead {
  readonly kind: 'listen';
  /** From here on all of `held` was held. ISO 8601, as every time in the log. */
  readonly startedAt: string;
  readonly held: readonly LoggedPort[];
  readonly notHeld: readonly NotHeld[];
}

/** Somebody connected or sent a datagram. */
export interface ContactRecord extends LoggedPort {
  readonly kind: 'contact';
  readonly time: string;
  /** `10.30.0.5:40000`, `[fd00:30::5]:40000`; null where the connection was gone before it could be asked. */
  readonly source: string | null;
  /** Of a probe's request, as hex; null for every other contact. */
  readonly nonce: string | null;
}

/** All that happened at a port until the record's time. */
export interface LoggedCounts extends LoggedPort {
  readonly contacts: number;
  /** Contacts without a line of their own. */
  readonly unreported: number;
  /** UDP payload. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A sign of life: where nothing is said of a port, nothing happened since the record before. */
export interface CountsRecord {
  readonly kind: 'counts';
  readonly time: string;
  readonly ports: readonly LoggedCounts[];
}

/** The last line: every held port, also where nothing happened. */
export interface ListenSummary {
  readonly kind: 'summary';
  readonly time: string;
  readonly contacts: number;
  readonly unreported: number;
  readonly ports: readonly LoggedCounts[];
}
