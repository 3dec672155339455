import type { System } from '../../system/system.ts';
import type { Connections } from './connections.ts';
import type { HeldPort } from './connection-record.ts';
import type { Counter } from './counter.ts';

/** What a stand-in works with. */
export interface StandInContext {
  readonly system: System;
  readonly connections: Connections;
  readonly counter: Counter;
}

/** A port that is held. */
export interface OpenPort {
  close(): Promise<void>;
}

/** Holds one port until it is closed. Rejects with the system's error when it can't be held, and then holds nothing. */
export type StandIn = (held: HeldPort, context: StandInContext) => Promise<OpenPort>;
