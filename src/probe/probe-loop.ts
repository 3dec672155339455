import type { System } from '../system/system.ts';
import { Deadline } from './deadline.ts';
import { EXHAUSTED_ERRNO } from './errno-table.ts';
import type { Host } from './host.ts';
import type { Sighting } from './probe.ts';
import { probeFor } from './probes.ts';
import { Slots } from './slots.ts';
import type { Task } from './task.ts';

export interface LoopOptions {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly concurrency: number;
  /** A host from which nothing came back keeps its scout this long; 0 = no longer than others. */
  readonly hostDownMs: number;
}

/** A probe silent for this long leaves the fast lane. */
const ASIDE_AFTER_MS = 50;

/** Times and milliseconds to wait for a socket when none of ours is open. */
const EXHAUSTED_TRIES = 5;
const EXHAUSTED_WAIT_MS = 100;

/** Asks tasks, many at once, each at most `retries` times again while it is silent, until all are settled. */
export class ProbeLoop {
  readonly #slots: Slots;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #again: Task[] = [];
  #fresh: readonly Task[] = [];
  #next = 0;
  #open = 0;
  #isStopped = false;
  #finish: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  /** `onSettled` is called for every task once its sighting stands. */
  constructor(
    private readonly system: System,
    private readonly options: LoopOptions,
    private readonly onSettled: (task: Task) => void,
  ) {
    this.#slots = new Slots(options.concurrency);
  }

  /** Asks all; resolves when each has its sighting, or soon after {@link stop}. Once per loop. */
  run(tasks: readonly Task[]): Promise<void> {
    this.#fresh = tasks;
    this.#open = tasks.length;
    return new Promise((finish, fail) => {
      this.#finish = finish;
      this.#fail = fail;
      this.#pump();
    });
  }

  /** Starts nothing more and ends what is in flight; unsettled tasks keep no sighting. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { deadline } of this.#fresh) deadline?.cut();
    this.#pump();
  }

  #pump(): void {
    if (this.#isStopped || this.#open === 0) {
      if (this.#slots.isEmpty) this.#finish();
      return;
    }
    while (this.#slots.hasRoom) {
      const task = this.#take();
      if (task === undefined) return;
      this.#launch(task);
    }
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
    const startedAt = this.system.monotonicMs();
    const elapsedMs = (): number => this.system.monotonicMs() - startedAt;
    const patienceMs = task.patienceMs ?? this.options.timeoutMs;
    const acceptedMs = patienceMs + (this.options.retries - task.attempts) * this.options.timeoutMs;
    // One timer a probe serves both ends: most never live to see even the first.
    let isAside = false;
    const deadline: Deadline = new Deadline(Math.min(ASIDE_AFTER_MS, patienceMs), () => {
      if (isAside || patienceMs <= ASIDE_AFTER_MS)
        return deadline.isAccepted ? acceptedMs - elapsedMs() : this.#moreTimeMs(task, elapsedMs());
      isAside = true;
      this.#slots.moveAside();
      this.#pump();
      return patienceMs - ASIDE_AFTER_MS;
    });
    task.attempts += 1;
    this.#slots.take();
    // Not in a Set: its old tables would keep thousands of ended probes alive between major collections.
    task.deadline = deadline;
    const ended = (sighting: Sighting): void => {
      deadline.clear();
      task.deadline = null;
      this.#slots.give(isAside);
      if (sighting.kind === 'silence') task.waitedMs += elapsedMs();
      if (!deadline.isCut) this.#settle(task, sighting);
      this.#pump();
    };
    probeFor(task.target)(task.target, deadline, task.context).then(ended).catch(this.#fail);
  }

  /** A silent scout of a host that is silent altogether waits on instead of being asked again. */
  #moreTimeMs(task: Task, elapsedMs: number): number {
    const { timeoutMs, retries, hostDownMs } = this.options;
    const isScouting = task === task.host.scout && task.attempts === 1 && !task.host.isHeard;
    if (!isScouting || hostDownMs === 0) return 0;
    const ends = [(retries + 1) * timeoutMs, hostDownMs].filter((end) => end > elapsedMs + 1);
    return ends.length === 0 ? 0 : Math.min(...ends) - elapsedMs;
  }

  #settle(task: Task, sighting: Sighting): void {
    if (sighting.kind === 'silence' && this.#repeat(task)) return;
    if (sighting.kind === 'errno' && EXHAUSTED_ERRNO.has(sighting.errno) && this.#postpone(task)) return;
    task.sighting = sighting;
    this.#open -= 1;
    task.host.note(task);
    const next = task.host.udpPace.takeRoom();
    if (next !== undefined) this.#again.push(next);
    this.onSettled(task);
  }

  #repeat(task: Task): boolean {
    const { timeoutMs, retries } = this.options;
    // A scout may have used up its repeats' time in one go.
    const isTimeLeft = task.waitedMs < (retries + 1) * timeoutMs - 1;
    if (task.attempts > retries || !isTimeLeft) return false;
    const isUdp = task.target.transport === 'udp';
    const delayMs = isUdp ? task.host.udpPace.repeatDelayMs(this.system.monotonicMs()) : 0;
    task.patienceMs = timeoutMs - delayMs;
    if (delayMs === 0) this.#again.push(task);
    else this.#later(delayMs, () => this.#again.push(task));
    return true;
  }

  /** Asks again with fewer at once. If even alone there is no socket, others hold them: wait a little, then give up. */
  #postpone(task: Task): boolean {
    task.attempts -= 1;
    this.#slots.shrink();
    if (!this.#slots.isEmpty) {
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
