import type { Accepted } from '../shapes/accepted-shape.ts';
import type { Summary, Verdict } from './report.ts';

/** A flow as far as it is counted. */
export interface Counted {
  readonly verdict: Verdict;
  readonly accepted?: Accepted;
}

/** How many flows have each verdict; those that an exception accepts count apart, where there are any. */
export function summarize(flows: readonly Counted[]): Summary {
  const count = (verdict: Verdict): number =>
    flows.filter((flow) => flow.verdict === verdict && flow.accepted === undefined).length;
  const accepted = flows.filter((flow) => flow.accepted !== undefined).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    unproven: count('unproven'),
    ...(accepted > 0 && { accepted }),
  };
}
