import type { System } from '../../system/system.ts';
import { Dialer } from './dialer.ts';

/** Dialers for a sweep, used again and again: a new socket for every port would be a tenth of the work. */
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
