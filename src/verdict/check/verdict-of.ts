import type { Reason, State } from '../../probe/probes/observation.ts';
import type { Expected, Verdict } from '../reports/report.ts';

/** What the verdict of a blocked-expected flow needs beyond its own observation. */
export interface VerdictContext {
  /** The same address answered anything in this run: then TCP silence is a drop, not a dead host. */
  readonly addressAnswered: boolean;
  /** What was seen of the port is no proof, for or against. */
  readonly isDoubtful?: boolean;
  /** It is open to this machine alone, or over one family alone, and others need it. */
  readonly isBoundTooNarrowly?: boolean;
  /** `vwaudit listen` answered, and only Viz World counts. */
  readonly isRefusedStandIn?: boolean;
}

/** What was seen of a port, all evidence combined. */
export interface Seen {
  readonly state: State;
  readonly reason: Reason;
  readonly application: 'http' | null;
}

/** The verdict table of docs/design.md. "Not known" stays unproven; it is never rounded to yes or no. */
export function verdictOf(
  expected: Expected,
  { state, reason, application }: Seen,
  {
    addressAnswered,
    isDoubtful = false,
    isBoundTooNarrowly = false,
    isRefusedStandIn = false,
  }: VerdictContext,
): Verdict {
  if (state === 'error') return 'unproven';
  if (expected === 'reachable') {
    const isUseless = application === 'http' && reason === 'not-http';
    if (state === 'open' && (isUseless || isBoundTooNarrowly || isRefusedStandIn)) return 'fail';
    if (isDoubtful) return 'unproven';
    if (state === 'open') return application === 'http' && reason === 'no-http-answer' ? 'unproven' : 'pass';
    return state === 'open|filtered' ? 'unproven' : 'fail';
  }
  if (isDoubtful) return 'unproven';
  switch (state) {
    case 'open':
      return 'fail';
    case 'filtered':
      return reason !== 'no-response' || addressAnswered ? 'pass' : 'unproven';
    case 'closed':
    case 'unreachable':
    case 'open|filtered':
      return 'unproven';
  }
}
