/** What findings say of an entry of the `--accept` file. */
export interface AcceptanceArgs {
  /** FILE:LINE */
  readonly place: string;
  /** The code it accepts. */
  readonly accepts: string;
  /** Its flow patterns. */
  readonly patterns: readonly string[];
  readonly reason: string;
  /** The last day, YYYY-MM-DD. */
  readonly until: string;
}

/** `exceptions.yaml:3: the exception for exposed of outsider>maps-a/server-1.client` */
export function exceptionText({ place, accepts, patterns }: AcceptanceArgs): string {
  const [first = '', ...others] = patterns;
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${place}: the exception for ${accepts} of ${first}${rest}`;
}

/** Codes about exceptions themselves, which none accepts. */
export const ACCEPTANCE_CODES: ReadonlySet<string> = new Set([
  'acceptance-expired',
  'acceptance-ends',
  'acceptance-unmatched',
]);
