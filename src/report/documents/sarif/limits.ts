/** What GitHub takes: a file that breaks one of these is rejected as a whole. */
export const SARIF_LIMITS = {
  runs: 20,
  /** In a run. */
  results: 25_000,
  /** Of a result, in all its thread flows. */
  steps: 10_000,
  /** Of a result. */
  locations: 1_000,
  /** GitHub counts them compressed, so this is on the safe side. */
  bytes: 10_000_000,
} as const;
