/** In flight at once while ports answer: more only fills queues (measured: 64 is fastest). */
const FAST = 64;

/**
 * How many probes may be in flight: few of those that may answer any moment, many of those that have been silent for
 * a while. Silence widens the fast lane (each silent probe admits two more), answers narrow it again.
 */
export class ConcurrencyLimit {
  #limit: number;
  #fastLimit = FAST;
  #fast = 0;
  #inUse = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get hasRoom(): boolean {
    return this.#inUse < this.#limit && this.#fast < this.#fastLimit;
  }

  get isEmpty(): boolean {
    return this.#inUse === 0;
  }

  take(): void {
    this.#inUse += 1;
    this.#fast += 1;
  }

  /** A probe has been silent for a while: it keeps its descriptor but blocks nobody. */
  moveAside(): void {
    this.#fast -= 1;
    this.#fastLimit = Math.min(this.#fastLimit + 1, this.#limit);
  }

  /** `wasAside`: {@link moveAside} was called for it. */
  give(wasAside: boolean): void {
    this.#inUse -= 1;
    if (wasAside) return;
    this.#fast -= 1;
    this.#fastLimit = Math.max(this.#fastLimit - 1, FAST);
  }

  /** The system has no more sockets than those in use. */
  shrink(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#inUse));
  }
}
