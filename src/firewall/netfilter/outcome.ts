import type { IntervalSet } from '../../net/interval-set.ts';

/** What surely happens to which peers; the rest of them is undecided. */
export interface Outcome {
  readonly allowed: IntervalSet;
  readonly blocked: IntervalSet;
  readonly undecided: IntervalSet;
  /** Blocked for no other reason than that neighbour discovery or ARP is dropped. */
  readonly unresolved: IntervalSet;
  /** Those of the undecided of whom it is known how they fare in some case: `cases` of `model/dimension.ts`. */
  readonly depends: IntervalSet;
  /** Those of the allowed and blocked who fare otherwise by another choice of theirs: from another source port, without ECN. */
  readonly inPart: IntervalSet;
}
