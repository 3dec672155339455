/** How long a probe may wait: one small object a probe, cheaper than an AbortSignal and its listener. */
export class Deadline {
  /** Someone accepted the connection: it won't be asked again, and may have the time that would have taken. */
  isAccepted = false;
  /** The run was interrupted: what the probe saw until then is no result. */
  isCut = false;
  /** It is settled: nobody waits for the time any more. */
  isCleared = false;
  #timer: NodeJS.Timeout | undefined;
  #onOver: (() => void) | undefined;

  /** `moreTimeMs` is asked whenever the time is up: how much longer to wait after all, 0 = not at all. */
  constructor(private readonly moreTimeMs: () => number) {}

  /** Starts the clock: the time is up after `waitMs`. */
  start(waitMs: number): void {
    this.#timer = setTimeout(expire, waitMs, this);
  }

  /** Called once, when the time is up or the run is interrupted. */
  onOver(listener: () => void): void {
    this.#onOver = listener;
  }

  /** Over at once, because the run is interrupted. */
  cut(): void {
    this.isCut = true;
    this.clear();
    this.#onOver?.();
  }

  /** Nobody waits any more. */
  clear(): void {
    this.isCleared = true;
    clearTimeout(this.#timer);
  }

  /** The timer's callback. */
  expire(): void {
    const moreMs = this.moreTimeMs();
    if (moreMs > 0) this.start(moreMs);
    else this.#onOver?.();
  }
}

/** An answer that came in time is read first: after a busy moment the timers of the event loop run before its sockets. */
function expire(deadline: Deadline): void {
  setImmediate(() => {
    if (!deadline.isCleared) deadline.expire();
  });
}
