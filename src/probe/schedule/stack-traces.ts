let users = 0;
let limitBefore = 0;

/**
 * Errors of the work have no stack: every refused or reset connection creates one, and with stacks 20,000 open ports take
 * 1.6 × nmap's time (`bench/probe.ts`: at most 1.3). Restored after it, also when several run at once.
 */
export async function withoutStackTraces<T>(work: () => Promise<T>): Promise<T> {
  if (users === 0) limitBefore = Error.stackTraceLimit;
  users += 1;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    users -= 1;
    if (users === 0) Error.stackTraceLimit = limitBefore;
  }
}
