/** Resolves when one of the signals is aborted, or after that long; undefined = however long it takes. */
export function until(signals: readonly AbortSignal[], afterMs: number | undefined): Promise<void> {
  return new Promise((done) => {
    const timer = afterMs === undefined ? undefined : setTimeout(end, afterMs);
    function end(): void {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', end);
      done();
    }
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
  });
}
