import type { System } from '../system/system.ts';
import { EXHAUSTED_ERRNO } from './errno-table.ts';
import { ASIDE_AFTER_MS, FastLane } from './fast-lane.ts';
import { Flight, type Patience } from './flight.ts';
import type { Host } from './host.ts';
import type { Sighting } from './probe.ts';
import { probeFor } from './probes.ts';
import { Slots } from './slots.ts';
import type { Task } from './task.ts';

export interface LoopOptions extends Patience {
  readonly concurrency: number;
}

/** Times and milliseconds to wait for a socket when none of ours is open. */
const EXHAUSTED_TRIES = 5;
const EXHAUSTED_WAIT_MS = 100;

/** By then most ports that answer have answered. */
const CONTROLS_AFTER_MS = 300;

/** Asks tasks, many at once, each at most `retries` times again while it is silent, until all are settled. */
export class ProbeLoop {
  readonly #slots: Slots;
  readonly #lane = new FastLane((flight) => {
    this.#moveAside(flight);
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

  /** Starts nothing more and ends what is in flight; unsettled tasks keep no sighting. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { flight } of [...this.#fresh, ...this.#controls]) flight?.deadline.cut();
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
      while (this.#open > 0 && !this.#isStopped && this.#slots.hasRoom) {
        const task = this.#take();
        if (task === undefined) break;
        this.#launch(task);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isPumping = false;
    if ((this.#open > 0 && !this.#isStopped) || !this.#slots.isEmpty) return;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#lane.close();
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
    const flight = new Flight(task, this.options, this.system);
    task.attempts += 1;
    task.flight = flight;
    this.#slots.take();
    if (flight.patienceMs > ASIDE_AFTER_MS) this.#lane.enter(flight);
    else flight.deadline.start(flight.patienceMs);
    probeFor(task.target)(task.target, flight.deadline, task.context, (sighting) => {
      this.#land(flight, sighting);
    });
  }

  #moveAside(flight: Flight): void {
    flight.isAside = true;
    this.#slots.moveAside();
    flight.deadline.start(Math.max(1, flight.patienceMs - flight.elapsedMs));
    this.#pump();
  }

  #land(flight: Flight, sighting: Sighting): void {
    if (flight.isOver) return;
    flight.isOver = true;
    flight.deadline.clear();
    const { task } = flight;
    task.flight = null;
    this.#slots.give(flight.isAside);
    if (sighting.kind === 'silence') task.waitedMs += flight.elapsedMs;
    try {
      if (!flight.deadline.isCut) this.#settle(task, sighting);
    } catch (error) {
      this.#fail(error);
    }
    this.#pump();
  }

  #settle(task: Task, sighting: Sighting): void {
    if (sighting.kind === 'silence' && this.#repeat(task)) return;
    if (sighting.kind === 'errno' && EXHAUSTED_ERRNO.has(sighting.errno) && this.#postpone(task)) return;
    task.sighting = sighting;
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
