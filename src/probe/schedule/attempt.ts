import type { System } from '../../system/system.ts';
import { Deadline } from '../probes/deadline.ts';
import type { Task } from './task.ts';

export interface Timeouts {
  readonly timeoutMs: number;
  readonly retries: number;
  /** A host from which nothing came back keeps its scout this long; 0 = no longer than others. */
  readonly hostDownMs: number;
}

/** One probe on its way, and how long it may stay there. */
export class Attempt {
  readonly deadline = new Deadline(() => this.#moreTimeMs());
  readonly waitMs: number;
  /** It was silent for a while and keeps nobody waiting any more. */
  isAside = false;
  isOver = false;
  readonly #startedAt: number;

  constructor(
    readonly task: Task,
    private readonly timeouts: Timeouts,
    private readonly system: System,
  ) {
    this.#startedAt = system.monotonicMs();
    this.waitMs = task.waitMs ?? timeouts.timeoutMs;
  }

  get elapsedMs(): number {
    return this.system.monotonicMs() - this.#startedAt;
  }

  /**
   * An accepted connection may have the time its repeats would have had, and a silent scout of a host that is silent
   * altogether waits on instead of being asked again.
   */
  #moreTimeMs(): number {
    const { task, deadline, waitMs, elapsedMs } = this;
    const { timeoutMs, retries, hostDownMs } = this.timeouts;
    if (deadline.isAccepted) return waitMs + (retries + 1 - task.attempts) * timeoutMs - elapsedMs;
    const isScouting = task === task.host.firstTask && task.attempts === 1 && !task.host.hasReply;
    if (!isScouting || hostDownMs === 0) return 0;
    const ends = [(retries + 1) * timeoutMs, hostDownMs].filter((end) => end > elapsedMs + 1);
    return ends.length === 0 ? 0 : Math.min(...ends) - elapsedMs;
  }
}
