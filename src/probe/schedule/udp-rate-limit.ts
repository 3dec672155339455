import type { Task } from './task.ts';

/**
 * Linux answers six closed UDP ports at once and then one a second (net.ipv4.icmp_ratelimit; IPv6 ten a second), and
 * what TCP rejections it sends come out of the same purse. Five at once leave one to spare.
 */
const BURST = 5;

/** The least a last probe is given for its answer. */
const MIN_TIMEOUT_MS = 200;

/**
 * Spreads one host's UDP probes over the time the run takes anyway: five at once, another for each answer, and the
 * rest evenly over the timeout; repeats likewise where ICMP answers were seen, so that as many as possible meet a
 * host that is ready to answer again.
 */
export class UdpRateLimit {
  portCount = 0;
  /** Somebody calls {@link release} every {@link intervalMs}. */
  isReleasing = false;
  #room = BURST;
  readonly #waiting: Task[] = [];
  #answered = 0;
  #icmpAnswers = 0;
  #maxRttMs = 0;
  #lastRepeatAt = -Infinity;

  constructor(private readonly timeoutMs: number) {}

  get hasIcmpAnswers(): boolean {
    return this.#icmpAnswers > 0;
  }

  /** Between two probes of a host that doesn't answer. */
  get intervalMs(): number {
    return this.timeoutMs / this.portCount;
  }

  /** Whether the task may start now; otherwise it is kept until {@link release} hands it out. */
  enter(task: Task): boolean {
    if (this.#room > 0) {
      this.#room -= 1;
      return true;
    }
    this.#waiting.push(task);
    return false;
  }

  /** The next that may start after an answer made room. */
  takeRoom(): Task | undefined {
    if (this.#room === 0 || this.#waiting.length === 0) return undefined;
    this.#room -= 1;
    return this.#waiting.shift();
  }

  /** The next that may start because time passed. */
  release(): Task | undefined {
    return this.#waiting.shift();
  }

  noteAnswer(isIcmp: boolean, rttMs: number): void {
    this.#answered += 1;
    if (isIcmp) this.#icmpAnswers += 1;
    this.#maxRttMs = Math.max(this.#maxRttMs, rttMs);
    this.#room += 1;
  }

  /** How long a silent port's repeat should wait, from now; its timeout is shortened by as much. */
  repeatDelayMs(nowMs: number): number {
    const silent = this.portCount - this.#answered;
    if (this.#icmpAnswers === 0 || silent < 2) return 0;
    const windowMs = Math.max(0, this.timeoutMs - Math.max(MIN_TIMEOUT_MS, 10 * this.#maxRttMs));
    const at = Math.max(nowMs, this.#lastRepeatAt + windowMs / (silent - 1));
    this.#lastRepeatAt = at;
    return Math.min(at - nowMs, windowMs);
  }
}
