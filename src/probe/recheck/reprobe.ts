import type { System } from '../../system/system.ts';
import { Deadline } from '../probes/deadline.ts';
import { countersSince, readKernelCounters, type KernelCounters } from './kernel-counters.ts';
import type { ProbeResult } from '../probes/probe.ts';
import { probeFor } from '../probes/probes.ts';
import type { Task } from '../schedule/task.ts';

/** What probes outside the loop saw. */
export interface Answers {
  /** In the order of the tasks. */
  readonly results: readonly ProbeResult[];
  /** What the kernel counted from before the questions until after the last answer; null where it counts nothing. */
  readonly arrived: KernelCounters | null;
}

/** Asks targets once more, together and with nothing else in flight; the tasks stay as they are. */
export async function reprobe(
  tasks: readonly Task[],
  waitMs: number,
  system: System,
  signal: AbortSignal | undefined,
): Promise<Answers> {
  const before = await readKernelCounters(system);
  const results = await Promise.all(tasks.map((task) => reprobeOnce(task, waitMs, signal)));
  const after = before === null ? null : await readKernelCounters(system);
  return { results, arrived: before === null || after === null ? null : countersSince(before, after) };
}

/** Asks a target once more; the task stays as it is. */
export async function reprobeOnce(
  { target, context }: Pick<Task, 'target' | 'context'>,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<ProbeResult> {
  const deadline = new Deadline(() => 0);
  deadline.start(waitMs);
  const cut = (): void => {
    deadline.cut();
  };
  signal?.addEventListener('abort', cut, { once: true });
  const result = await new Promise<ProbeResult>((settle) => {
    probeFor(target)(target, deadline, context, settle);
  });
  deadline.clear();
  signal?.removeEventListener('abort', cut);
  return result;
}
