import type { Summary, Verdict } from './report.ts';

/** How many flows have each verdict. */
export function summarize(flows: readonly { readonly verdict: Verdict }[]): Summary {
  const count = (verdict: Verdict): number => flows.filter((flow) => flow.verdict === verdict).length;
  return { pass: count('pass'), fail: count('fail'), unproven: count('unproven') };
}
