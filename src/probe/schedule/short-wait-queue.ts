import type { Attempt } from './attempt.ts';

/** A probe silent for this long no longer counts as one that may answer any moment. */
export const ASIDE_AFTER_MS = 50;

/**
 * Probes in the order they started. One timer watches them all, since nearly all are over before it fires: with a timer for
 * each, 20,000 open ports take 1.4 × nmap's time (`bench/probe.ts`: at most 1.3).
 */
export class ShortWaitQueue {
  #attempts: Attempt[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `moveAside` is called for every probe that is not over by then. */
  constructor(private readonly moveAside: (attempt: Attempt) => void) {}

  enter(attempt: Attempt): void {
    this.#attempts.push(attempt);
    this.#timer ??= setTimeout(watch, ASIDE_AFTER_MS, this);
  }

  /** Nobody watches any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#attempts = [];
  }

  /** The timer's callback: lets go of all that are over or have had their time, and waits for the first of the rest. */
  watch(): void {
    let count = 0;
    for (const attempt of this.#attempts) {
      // Timers may be a fraction of a millisecond early.
      if (!attempt.isOver && attempt.elapsedMs < ASIDE_AFTER_MS - 1) break;
      count += 1;
      if (!attempt.isOver) this.moveAside(attempt);
    }
    // Those that entered meanwhile are behind the rest.
    const [first] = (this.#attempts = this.#attempts.slice(count));
    this.#timer = first && setTimeout(watch, ASIDE_AFTER_MS - first.elapsedMs, this);
  }
}

function watch(queue: ShortWaitQueue): void {
  queue.watch();
}
