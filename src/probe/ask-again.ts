import type { System } from '../system/system.ts';
import { Deadline } from './deadline.ts';
import { countersSince, readKernelCounters, type KernelCounters } from './kernel-counters.ts';
import type { Sighting } from './probe.ts';
import { probeFor } from './probes.ts';
import type { Task } from './task.ts';

/** What probes outside the loop saw. */
export interface Answers {
  /** In the order of the tasks. */
  readonly sightings: readonly Sighting[];
  /** What the kernel counted from before the questions until after the last answer; null where it counts nothing. */
  readonly arrived: KernelCounters | null;
}

/** Asks targets once more, together and with nothing else in flight; the tasks stay as they are. */
export async function askAgain(
  tasks: readonly Task[],
  patienceMs: number,
  system: System,
  signal: AbortSignal | undefined,
): Promise<Answers> {
  const before = await readKernelCounters(system);
  const sightings = await Promise.all(tasks.map((task) => askOnce(task, patienceMs, signal)));
  const after = before === null ? null : await readKernelCounters(system);
  return { sightings, arrived: before === null || after === null ? null : countersSince(before, after) };
}

/** Asks a target once more; the task stays as it is. */
export async function askOnce(
  { target, context }: Pick<Task, 'target' | 'context'>,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<Sighting> {
  const deadline = new Deadline(() => 0);
  deadline.start(patienceMs);
  const cut = (): void => {
    deadline.cut();
  };
  signal?.addEventListener('abort', cut, { once: true });
  const sighting = await new Promise<Sighting>((settle) => {
    probeFor(target)(target, deadline, context, settle);
  });
  deadline.clear();
  signal?.removeEventListener('abort', cut);
  return sighting;
}
