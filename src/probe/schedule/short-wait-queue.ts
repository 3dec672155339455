import type { Attempt } from './attempt.ts';

/** A probe silent for this long leaves the fast lane. */
export const ASIDE_AFTER_MS = 50;

/**
 * Probes in the order they started. One timer watches them all: nearly all are over before it fires, and a timer for each
 * would be a twentieth of the work of a sweep.
 */
export class ShortWaitQueue {
  #flights: Attempt[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `moveAside` is called for every probe that is not over by then. */
  constructor(private readonly moveAside: (attempt: Attempt) => void) {}

  enter(attempt: Attempt): void {
    this.#flights.push(attempt);
    this.#timer ??= setTimeout(watch, ASIDE_AFTER_MS, this);
  }

  /** Nobody watches any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flights = [];
  }

  /** The timer's callback: lets go of all that are over or have had their time, and waits for the first of the rest. */
  watch(): void {
    let count = 0;
    for (const attempt of this.#flights) {
      // Timers may be a fraction of a millisecond early.
      if (!attempt.isOver && attempt.elapsedMs < ASIDE_AFTER_MS - 1) break;
      count += 1;
      if (!attempt.isOver) this.moveAside(attempt);
    }
    // Those that entered meanwhile are behind the rest.
    const [first] = (this.#flights = this.#flights.slice(count));
    this.#timer = first && setTimeout(watch, ASIDE_AFTER_MS - first.elapsedMs, this);
  }
}

function watch(lane: ShortWaitQueue): void {
  lane.watch();
}
