import { setMaxListeners } from 'node:events';
import { EXIT, setExitCode } from './exit-code.ts';

/**
 * Runs something that can be cut short: the first of {@link SIGNALS} aborts the signal, so that what is known so far is still
 * reported, and the exit code becomes 130; a second one ends the program at once.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T; readonly isInterrupted: boolean }> {
  const controller = new AbortController();
  // Every probe that waits is a listener: many are no leak.
  setMaxListeners(0, controller.signal);
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    const value = await work(controller.signal);
    const isInterrupted = controller.signal.aborted;
    if (isInterrupted) setExitCode(EXIT.interrupted);
    return { value, isInterrupted };
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

/** Ctrl-C, a service manager, and a terminal or ssh session that is gone. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
