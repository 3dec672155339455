import { toPrefixes } from '../../net/address-set.ts';
import { FAMILIES, type Family } from '../../net/address.ts';
import { isWithin, type IntervalSet } from '../../net/interval-set.ts';
import type { Prefix } from '../../net/prefix.ts';
import type { TraceEntry } from '../netfilter/trace/trace-entry.ts';

export type ProofResult = 'allowed' | 'blocked' | 'partly' | 'undecided';

/** The same, and whether all that is undecided depends on a case that is known. */
export type ResultByCase = ProofResult | 'depends';

/** Addresses of both families. */
export type AddressSets = Readonly<Record<Family, IntervalSet>>;

/** What a firewall does with a flow; the three sets make up all its sources. */
export interface Proof {
  /**
   * `partly` when some sources are surely allowed and some surely blocked, whatever the rest; `undecided` when it is not
   * `partly` and something is left undecided. A question without sources is blocked.
   */
  readonly result: ProofResult;
  /** The same, but `depends` where all that is undecided depends on a case that is known. */
  readonly resultByCase: ResultByCase;
  readonly allowed: AddressSets;
  readonly blocked: AddressSets;
  readonly undecided: AddressSets;
  /**
   * Those of the blocked that are so only because neighbour discovery or ARP is dropped: whoever needs neither, as on a tunnel or
   * with a neighbour configured by hand, may get through.
   */
  readonly unresolved: AddressSets;
  /** Those of the undecided of whom it is known how they fare in some case. */
  readonly depends: AddressSets;
  /**
   * Those of the allowed and blocked who fare so with some of their connections only: from some source ports, with ECN, to some of the
   * addresses of the host.
   */
  readonly inPart: AddressSets;
  /** The sets as prefixes. Made when asked for: what a long blocklist leaves open is millions of prefixes. */
  readonly allowedFrom: readonly Prefix[];
  readonly blockedFrom: readonly Prefix[];
  readonly undecidedFrom: readonly Prefix[];
  /** The rules one source meets: an undecided one where there is any, else a blocked one, else an allowed one. */
  readonly trace: readonly TraceEntry[];
  /** What was taken for granted and decided something, sorted. */
  readonly assumptions: readonly string[];
}

/** The parts of a proof that are worked out; the rest follows from them. */
export type ProofParts = Pick<
  Proof,
  'allowed' | 'blocked' | 'undecided' | 'unresolved' | 'depends' | 'inPart' | 'assumptions'
> & {
  /** Found when asked for: it takes a run of its own. */
  readonly findTrace: () => readonly TraceEntry[];
};

export function proof({ findTrace, ...parts }: ProofParts): Proof {
  return {
    ...parts,
    get trace() {
      return findTrace();
    },
    result: resultOf(parts),
    resultByCase: resultByCaseOf(parts),
    get allowedFrom() {
      return prefixesOf(parts.allowed);
    },
    get blockedFrom() {
      return prefixesOf(parts.blocked);
    },
    get undecidedFrom() {
      return prefixesOf(parts.undecided);
    },
  };
}

/** The fewest prefixes that make up the sets, IPv4 first. */
export function prefixesOf(sets: AddressSets): readonly Prefix[] {
  return FAMILIES.flatMap((family) => toPrefixes(sets[family], family));
}

function resultOf({ allowed, blocked, undecided }: Omit<ProofParts, 'findTrace'>): ProofResult {
  if (isAny(allowed) && isAny(blocked)) return 'partly';
  if (isAny(undecided)) return 'undecided';
  return isAny(allowed) ? 'allowed' : 'blocked';
}

function resultByCaseOf(parts: Omit<ProofParts, 'findTrace'>): ResultByCase {
  const result = resultOf(parts);
  return result === 'undecided' && isAllOf(parts.undecided, parts.depends) ? 'depends' : result;
}

function isAllOf(sets: AddressSets, of: AddressSets): boolean {
  return FAMILIES.every((family) => isWithin(sets[family], of[family]));
}

function isAny(sets: AddressSets): boolean {
  return FAMILIES.some((family) => sets[family].length > 0);
}
