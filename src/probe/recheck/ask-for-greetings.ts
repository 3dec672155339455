import { reprobeOnce } from './reprobe.ts';
import type { Host } from '../schedule/host.ts';
import { isMute, type Task } from '../schedule/task.ts';

/**
 * Where a stand-in was heard at a host, ports that accepted and said nothing may be held by it too, on a machine too busy to greet
 * in time. They are asked once more, all together; who greets now is a stand-in. The configuration port is left alone.
 */
export async function askForGreetings(host: Host, signal: AbortSignal | undefined): Promise<void> {
  const isHeard = host.tasks.some(({ result }) => result?.kind === 'open' && result.standIn !== undefined);
  if (!isHeard || host.context.greetingMs === 0 || signal?.aborted === true) return;
  const isDue = (task: Task): boolean => isMute(task) && task.target.isClosedAtOnce !== true;
  await Promise.all(
    host.tasks.filter(isDue).map(async (task) => {
      const again = await reprobeOnce(task, host.context.greetingMs, signal);
      if (again.kind === 'open' && again.standIn !== undefined) task.result = again;
    }),
  );
}
