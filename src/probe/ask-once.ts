import type { System } from '../system/system.ts';
import { Deadline } from './deadline.ts';
import { countersSince, readKernelCounters, type KernelCounters } from './kernel-counters.ts';
import type { Sighting } from './probe.ts';
import { probeFor } from './probes.ts';
import type { Task } from './task.ts';

/** A probe outside the loop. */
export interface SingleAnswer {
  readonly sighting: Sighting;
  /** What the kernel counted from before the question until after the answer; null where it counts nothing. */
  readonly arrived: KernelCounters | null;
}

/** Asks a task's target once more by itself; the task stays as it is. */
export async function askOnce(
  { target, host, datagram }: Task,
  patienceMs: number,
  system: System,
  signal: AbortSignal | undefined,
): Promise<SingleAnswer> {
  const before = await readKernelCounters(system);
  const deadline = new Deadline(patienceMs, patienceMs, () => 0);
  const cut = (): void => {
    deadline.cut();
  };
  signal?.addEventListener('abort', cut, { once: true });
  try {
    const sighting = await probeFor(target)(target, deadline, { system, host: host.text, datagram });
    const after = before === null ? null : await readKernelCounters(system);
    return { sighting, arrived: before === null || after === null ? null : countersSince(before, after) };
  } finally {
    deadline.clear();
    signal?.removeEventListener('abort', cut);
  }
}
