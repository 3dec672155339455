import type { Transport } from '../net/port-range.ts';
import type { GuideReading } from '../deployment/reading.ts';
import type { ListenerRole, Role } from '../deployment/role.ts';

/** One listening port the scheme defines for a machine. */
export interface Endpoint {
  /** `server-K.client`, `server-1.config`, `server-K.udp`, `server-K.http`, `allocator.client`, `allocator.udp`. */
  readonly id: string;
  /** Who listens, as the chosen reading has it. */
  readonly role: ListenerRole;
  /** The instance in the id, from 1; null for the allocator's ports. */
  readonly instance: number | null;
  readonly transport: Transport;
  readonly application: 'http' | null;
  readonly port: number;
  /** Who connects; under `auto` both readings' audiences, the example's first. */
  readonly audience: readonly Role[];
  /** The readings of the guide that expect this port. */
  readonly readings: readonly GuideReading[];
  readonly purpose: string;
  readonly note: string | null;
}

/** By transport, then port: the order of every list of endpoints. */
export function compareEndpoints(a: Endpoint, b: Endpoint): number {
  return a.transport === b.transport ? a.port - b.port : a.transport < b.transport ? -1 : 1;
}
