/** New probes in flight at once while ports answer: more only fills queues (measured: 64 is fastest). */
const MIN_NEW = 64;

/**
 * How many probes may be in flight: few new ones, which may answer any moment, many of those that have been silent for a
 * while. Silence admits more new ones (two for each silent probe), answers fewer again. With one limit for all, 20,000 open
 * ports take 1.8 × nmap's time (`bench/probe.ts`: at most 1.3).
 */
export class ConcurrencyLimit {
  #limit: number;
  #newLimit = MIN_NEW;
  #new = 0;
  #inUse = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get hasRoom(): boolean {
    return this.#inUse < this.#limit && this.#new < this.#newLimit;
  }

  get isEmpty(): boolean {
    return this.#inUse === 0;
  }

  take(): void {
    this.#inUse += 1;
    this.#new += 1;
  }

  /** A probe has been silent for a while: it keeps its descriptor but blocks nobody. */
  moveAside(): void {
    this.#new -= 1;
    this.#newLimit = Math.min(this.#newLimit + 1, this.#limit);
  }

  /** `wasAside`: {@link moveAside} was called for it. */
  give(wasAside: boolean): void {
    this.#inUse -= 1;
    if (wasAside) return;
    this.#new -= 1;
    this.#newLimit = Math.max(this.#newLimit - 1, MIN_NEW);
  }

  /** The system has no more sockets than those in use. */
  shrink(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#inUse));
  }
}
