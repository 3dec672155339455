import { mergePrefixes, type Prefix } from '../../net/prefix.ts';
import type { TraceEntry } from './trace-entry.ts';

export type ProofResult = 'allowed' | 'blocked' | 'partly' | 'undecided';

/** What a firewall does with a flow; the three address lists make up all its sources. */
export interface Proof {
  /**
   * `partly` when some sources are surely allowed and some surely blocked, whatever the rest; `undecided` when it is not
   * `partly` and something is left undecided.
   */
  readonly result: ProofResult;
  readonly allowedFrom: readonly Prefix[];
  readonly blockedFrom: readonly Prefix[];
  readonly undecidedFrom: readonly Prefix[];
  /** The rules one source meets: an undecided one where there is any, else a blocked one, else an allowed one. */
  readonly trace: readonly TraceEntry[];
  /** What was taken for granted and decided something, sorted. */
  readonly assumptions: readonly string[];
}

export type Verdicts = Pick<Proof, 'allowedFrom' | 'blockedFrom' | 'undecidedFrom'>;

export function mergeVerdicts(parts: readonly Verdicts[]): Verdicts {
  return {
    allowedFrom: mergePrefixes(parts.flatMap((part) => part.allowedFrom)),
    blockedFrom: mergePrefixes(parts.flatMap((part) => part.blockedFrom)),
    undecidedFrom: mergePrefixes(parts.flatMap((part) => part.undecidedFrom)),
  };
}

/** A question without sources is blocked: nobody gets in. */
export function resultOf({ allowedFrom, blockedFrom, undecidedFrom }: Verdicts): ProofResult {
  if (allowedFrom.length > 0 && blockedFrom.length > 0) return 'partly';
  if (undecidedFrom.length > 0) return 'undecided';
  return allowedFrom.length > 0 ? 'allowed' : 'blocked';
}
