import type { Reason } from '../../firewall/model/reason.ts';
import type { NoWay } from '../../firewall/proof/without-way.ts';
import type { Unspoken } from '../../firewall/netfilter/machine/firewall.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';

interface OpenAnswer {
  /** The family no ruleset speaks for, if that is the one asked about. */
  readonly unspoken: Unspoken | null;
  /** Chains may run in another order than they are listed in. */
  readonly isOrderOpen: boolean;
  /** Routes, not rules, keep the source out; else null. */
  readonly noWay: Pick<NoWay, 'because'> | null;
  readonly isUndecided: boolean;
  /** Its cases tell more, or something else does. */
  readonly isToldOtherwise: boolean;
  /** Some question was not followed to its end. */
  readonly isCut: boolean;
  readonly trace: readonly TraceEntry[];
}

/** What leaves an answer open where no rule does; else null. */
export function openReason({ unspoken, isOrderOpen, noWay, trace, ...answer }: OpenAnswer): Reason | null {
  if (noWay?.because.code === 'no-common-family') return noWay.because;
  if (unspoken !== null) return { code: 'family-not-covered', ...unspoken };
  const isLeftOpen = answer.isUndecided && !trace.some(({ effect }) => effect === 'undecided');
  if (noWay !== null && isLeftOpen) return noWay.because;
  if (isOrderOpen && isLeftOpen) return { code: 'chain-order' };
  if (!isLeftOpen || answer.isToldOtherwise || trace.some(({ effect }) => effect === 'drop')) return null;
  return { code: answer.isCut ? 'too-many-cases' : 'not-followed' };
}
