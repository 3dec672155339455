/** Exit codes of every command; precedence: interrupted, bug, usage, findings, unproven, ok. */
export const EXIT = {
  /** Everything proven. */
  ok: 0,
  /** A finding at or above `--fail-on`. */
  findings: 1,
  /** Bad usage or bad input. */
  usage: 2,
  /** Nothing failed, but something could not be proven. */
  unproven: 3,
  /** Our own mistake. */
  bug: 70,
  /** SIGINT or SIGTERM. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Sets the process's exit code; output still in flight is written first because nothing exits. */
export function setExitCode(code: ExitCode): void {
  process.exitCode = code;
}
