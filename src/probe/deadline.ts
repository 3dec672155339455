/**
 * How long a probe may wait: one small object a probe, cheaper than an AbortSignal and its listener. Node keeps
 * timers of one duration in one list, so all deadlines of a run share a queue.
 */
export class Deadline {
  /** Someone accepted the connection: it won't be asked again, and may have the time that would have taken. */
  isAccepted = false;
  /** The run was interrupted: what the probe saw until then is no result. */
  isCut = false;
  #timer: NodeJS.Timeout;
  #onOver: (() => void) | undefined;

  /**
   * @param patienceMs until it is over
   * @param moreTimeMs asked whenever the patience is used up: how much longer to wait after all, 0 = not at all
   */
  constructor(
    patienceMs: number,
    private readonly moreTimeMs: () => number,
  ) {
    this.#timer = setTimeout(expire, patienceMs, this);
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
    clearTimeout(this.#timer);
  }

  /** The timer's callback. */
  expire(): void {
    const moreMs = this.moreTimeMs();
    if (moreMs > 0) this.#timer = setTimeout(expire, moreMs, this);
    else this.#onOver?.();
  }
}

function expire(deadline: Deadline): void {
  deadline.expire();
}
