/** How ports are asked once more. */
export interface RecheckOptions {
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** How long asking alone, or waiting for late answers, may take in all. */
  readonly slowMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called before each port that is asked alone with how many were so far, and how many there are. */
  readonly onSlow?: ((asked: number, total: number) => void) | undefined;
}
