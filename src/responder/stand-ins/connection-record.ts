import type { Address } from '../../net/address.ts';
import type { Endpoint } from '../../ports/endpoint.ts';

/** Somebody connected, or sent a datagram, to a port the responder holds. */
export interface ConnectionRecord extends HeldPort {
  readonly time: Date;
  /** Null where the connection was gone before it could be asked. An IPv6 link-local address carries its zone. */
  readonly source: { readonly address: string; readonly port: number } | null;
  /** Of a probe's request, as hex; null for every other contact. */
  readonly nonce: string | null;
}

/** One port held at one address; the all-zero address stands for every address of its family. */
export interface HeldPort {
  readonly endpoint: Endpoint;
  readonly address: Address;
}

/** What happened at a held port so far. */
export interface HeldPortCounts extends HeldPort {
  /** All contacts, the unreported included. */
  readonly contacts: number;
  /** Contacts that were too many to report one by one. */
  readonly unreported: number;
  /** UDP payload; out never exceeds in, for any single source. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A port that could not be held. */
export interface BindFailure extends HeldPort {
  /** The system's code: `EACCES`, `EADDRINUSE`, … */
  readonly errno: string;
}
