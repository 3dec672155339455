import type { System } from '../../system/system.ts';
import { EXHAUSTED_ERRNO } from '../probes/errno-table.ts';
import { ASIDE_AFTER_MS, ShortWaitQueue } from './short-wait-queue.ts';
import { Attempt, type Timeouts } from './attempt.ts';
import type { Host } from './host.ts';
import type { ProbeResult } from '../probes/probe.ts';
import { probeFor } from '../probes/probes.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import type { Task } from './task.ts';

export interface LoopOptions extends Timeouts {
  readonly concurrency: number;
}

/** Times and milliseconds to wait for a socket when none of ours is open. */
const EXHAUSTED_TRIES = 5;
const EXHAUSTED_WAIT_MS = 100;

/** By then most ports that answer have answered. */
const CONTROLS_AFTER_MS = 300;

/** Asks tasks, many at once, each at most `retries` times again while it is silent, until all are settled. */
export class ProbeLoop {
  readonly #limit: ConcurrencyLimit;
  readonly #newAttempts = new ShortWaitQueue((attempt) => {
    this.#moveAside(attempt);
  });
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #again: Task[] = [];
  #fresh: readonly Task[] = [];
  /** Control ports, until it is their turn. */
  #held: readonly Task[] = [];
  #controls: readonly Task[] = [];
  #next = 0;
  #open = 0;
  #isStopped = false;
  #isPumping = false;
  #finish: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  /** `onSettled` is called for every task once its result stands. */
  constructor(
    private readonly system: System,
    private readonly options: LoopOptions,
    private readonly onSettled: (task: Task) => void,
  ) {
    this.#limit = new ConcurrencyLimit(options.concurrency);
  }

  /** Asks all; resolves when each has its result, or soon after {@link stop}. Once per loop. */
  run(tasks: readonly Task[]): Promise<void> {
    this.#fresh = tasks.filter(({ target }) => target.isControl !== true);
    this.#controls = tasks.filter(({ target }) => target.isControl === true);
    this.#held = this.#controls;
    this.#open = tasks.length;
    if (this.#held.length > 0)
      this.#later(CONTROLS_AFTER_MS, () => {
        this.#release();
      });
    if (this.#fresh.length === 0) this.#release();
    return new Promise((finish, fail) => {
      this.#finish = finish;
      this.#fail = fail;
      this.#pump();
    });
  }

  /** Starts nothing more and ends what is in flight; unsettled tasks keep no result. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { attempt } of [...this.#fresh, ...this.#controls]) attempt?.deadline.cut();
    this.#pump();
  }

  #release(): void {
    this.#again.push(...this.#held);
    this.#held = [];
  }

  #pump(): void {
    // A probe that fails at once comes back here before its launch is over.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#open > 0 && !this.#isStopped && this.#limit.hasRoom) {
        const task = this.#take();
        if (task === undefined) break;
        this.#launch(task);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isPumping = false;
    if ((this.#open > 0 && !this.#isStopped) || !this.#limit.isEmpty) return;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#newAttempts.close();
    this.#finish();
  }

  /** Repeats first: they are few, and their time is running. */
  #take(): Task | undefined {
    const again = this.#again.pop();
    if (again !== undefined) return again;
    for (;;) {
      const task = this.#fresh[this.#next];
      if (task === undefined) return undefined;
      this.#next += 1;
      if (task.target.transport === 'tcp' || task.host.udpPace.enter(task)) return task;
      if (!task.host.udpPace.isReleasing) this.#releaseUdp(task.host);
    }
  }

  /** Hands out a host's waiting UDP ports one by one until none waits. */
  #releaseUdp({ udpPace }: Host): void {
    udpPace.isReleasing = true;
    this.#later(udpPace.intervalMs, () => {
      const task = udpPace.release();
      udpPace.isReleasing = task !== undefined;
      if (task === undefined) return;
      this.#again.push(task);
      this.#releaseUdp(task.host);
    });
  }

  #launch(task: Task): void {
    const attempt = new Attempt(task, this.options, this.system);
    task.attempts += 1;
    task.attempt = attempt;
    this.#limit.take();
    if (attempt.waitMs > ASIDE_AFTER_MS) this.#newAttempts.enter(attempt);
    else attempt.deadline.start(attempt.waitMs);
    probeFor(task.target)(task.target, attempt.deadline, task.context, (result) => {
      this.#land(attempt, result);
    });
  }

  #moveAside(attempt: Attempt): void {
    attempt.isAside = true;
    this.#limit.moveAside();
    attempt.deadline.start(Math.max(1, attempt.waitMs - attempt.elapsedMs));
    this.#pump();
  }

  #land(attempt: Attempt, result: ProbeResult): void {
    if (attempt.isOver) return;
    attempt.isOver = true;
    attempt.deadline.clear();
    const { task } = attempt;
    task.attempt = null;
    this.#limit.give(attempt.isAside);
    if (result.kind === 'silence') task.waitedMs += attempt.elapsedMs;
    try {
      if (!attempt.deadline.isCut) this.#settle(task, result);
    } catch (error) {
      this.#fail(error);
    }
    this.#pump();
  }

  #settle(task: Task, result: ProbeResult): void {
    if (result.kind === 'silence' && this.#repeat(task)) return;
    if (result.kind === 'errno' && EXHAUSTED_ERRNO.has(result.errno) && this.#postpone(task)) return;
    task.result = result;
    this.#open -= 1;
    if (this.#open === this.#held.length) this.#release();
    task.host.note(task);
    const next = task.host.udpPace.takeRoom();
    if (next !== undefined) this.#again.push(next);
    this.onSettled(task);
  }

  #repeat(task: Task): boolean {
    const { timeoutMs, retries } = this.options;
    // A scout may have used up its repeats' time in one go.
    const isTimeLeft = task.waitedMs < (retries + 1) * timeoutMs - 1;
    if (task.attempts > retries || !isTimeLeft || task.target.isControl === true) return false;
    const isUdp = task.target.transport === 'udp';
    const delayMs = isUdp ? task.host.udpPace.repeatDelayMs(this.system.monotonicMs()) : 0;
    task.waitMs = timeoutMs - delayMs;
    if (delayMs === 0) this.#again.push(task);
    else this.#later(delayMs, () => this.#again.push(task));
    return true;
  }

  /** Asks again with fewer at once. If even alone there is no socket, others hold them: wait a little, then give up. */
  #postpone(task: Task): boolean {
    task.attempts -= 1;
    this.#limit.shrink();
    if (!this.#limit.isEmpty) {
      this.#again.push(task);
      return true;
    }
    task.exhaustions += 1;
    if (task.exhaustions > EXHAUSTED_TRIES) return false;
    this.#later(EXHAUSTED_WAIT_MS, () => this.#again.push(task));
    return true;
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
      this.#pump();
    }, delayMs);
    this.#timers.add(timer);
  }
}
