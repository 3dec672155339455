import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { reasonsText } from './text/reason-text.ts';

/** One rule or policy on the path of a packet, as a report has it. */
export interface TracedRule extends TraceEntry {
  /** What it depends on when undecided, else what the effect alone does not tell; '' for nothing: the text of `reasons`. */
  readonly why: string;
}

export function tracedRules(trace: readonly TraceEntry[]): readonly TracedRule[] {
  return trace.map((entry) => ({ ...entry, why: reasonsText(entry.reasons) }));
}
