import type { System } from '../../system/system.ts';
import type { Task } from '../schedule/task.ts';
import { LONG_TIMEOUT_MS } from './ask-patiently.ts';
import { reprobeOnce } from './reprobe.ts';
import type { RecheckOptions } from './recheck-options.ts';

/** How often a server that lost the connection is asked again. */
const TIMES = 3;

/** Of the slowest answer so far. */
const ROUND_TRIPS = 4;

/**
 * A server that is slow, or loses a connection now and then, looks like one that is no HTTP server. So whoever accepted and did not
 * answer the HTTP request is asked again: waited for once, asked a few times more where the connection was lost. The first answer stands.
 */
export async function askHttpAgain(
  tasks: readonly Task[],
  { timeoutMs, concurrency, slowMs, signal }: RecheckOptions,
  system: System,
): Promise<void> {
  const endsAtMs = system.monotonicMs() + slowMs;
  let open = tasks.filter(isUnanswered);
  for (let time = 0; time < TIMES && open.length > 0; time += 1) {
    const lost: Task[] = [];
    for (let next = 0; next < open.length; next += concurrency) {
      if (signal?.aborted === true || system.monotonicMs() >= endsAtMs) return;
      const some = open.slice(next, next + concurrency);
      const isLost = await Promise.all(some.map((task) => askOnce(task, timeoutMs, signal)));
      lost.push(...some.filter((_, index) => isLost[index] === true));
    }
    open = lost;
  }
}

/** Answers whether the connection was lost once more. */
async function askOnce(task: Task, timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
  const waitMs = Math.max(timeoutMs, LONG_TIMEOUT_MS, ROUND_TRIPS * task.host.slowestOpenMs);
  const again = await reprobeOnce(task, waitMs, signal);
  if (signal?.aborted === true) return false;
  task.attempts += 1;
  const isAnswer = again.kind === 'open' && again.reason !== 'no-http-answer';
  if (isAnswer) task.result = again;
  return !isAnswer && again.kind === 'open' && again.after === 'spoke';
}

function isUnanswered({ target, result }: Task): boolean {
  return target.isControl !== true && result?.kind === 'open' && result.reason === 'no-http-answer';
}
