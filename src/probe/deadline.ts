/**
 * How long a probe may wait: one small object a probe, several times cheaper than an AbortSignal (bench/probe.ts).
 * Node keeps timers of one duration in one list, so all deadlines of a run share a queue.
 */
export class Deadline {
  /** The run was interrupted: what the probe saw until then is no result. */
  isCut = false;
  #timer: NodeJS.Timeout | undefined;
  #onOver: (() => void) | undefined;
  #spentMs = 0;
  #isExtended = false;

  /**
   * @param patienceMs until it is over
   * @param limitMs the latest end that {@link extend} may claim, from now
   * @param moreTimeMs asked when the patience is used up: how much longer to wait after all, 0 = not at all
   */
  constructor(
    patienceMs: number,
    private readonly limitMs: number,
    private readonly moreTimeMs: () => number,
  ) {
    this.#wait(patienceMs);
  }

  /** Called once, when the time is up or the run is interrupted. */
  onOver(listener: () => void): void {
    this.#onOver = listener;
  }

  /** Someone accepted and may take the time that retries would have had: an accepted connection is never retried. */
  extend(): void {
    this.#isExtended = true;
  }

  /** Over at once, because the run is interrupted. */
  cut(): void {
    this.isCut = true;
    this.clear();
    this.#onOver?.();
  }

  /** Nobody waits any more. */
  clear(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#spentMs += ms;
    this.#timer = setTimeout(expire, ms, this);
  }

  /** The timer's callback. */
  expire(): void {
    const moreMs = this.#isExtended ? this.limitMs - this.#spentMs : this.moreTimeMs();
    if (moreMs > 0) this.#wait(moreMs);
    else this.#onOver?.();
  }
}

function expire(deadline: Deadline): void {
  deadline.expire();
}
