import type { System } from '../../system/system.ts';
import { Dialer } from './dialer.ts';

/** Dialers for a sweep, used again and again. With a new socket for each, 20,000 open ports take 1.9 × nmap's time (`bench/probe.ts`: at most 1.3). */
export class DialerPool {
  readonly #idle: Dialer[] = [];
  readonly #giveBack = (dialer: Dialer): void => {
    this.#idle.push(dialer);
  };

  constructor(private readonly system: System) {}

  /** Comes back by itself when its socket is closed. */
  take(): Dialer {
    return this.#idle.pop() ?? new Dialer(this.system, this.#giveBack);
  }
}
