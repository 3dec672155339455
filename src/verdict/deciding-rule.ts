import type { TraceEntry } from '../firewall/evaluate/trace-entry.ts';
import type { AuditedFlow } from './audit-report.ts';

/** What happens to the witness of a flow. */
export type Fate = 'allowed' | 'blocked' | 'undecided';

/** What the witness of the flow shows: what is wrong, else what is open, else what is right. */
export function fateShown({ expected, proof }: Pick<AuditedFlow, 'expected' | 'proof'>): Fate {
  const [wrong, right, isWrong] =
    expected === 'reachable'
      ? (['blocked', 'allowed', proof.blockedFrom.length > 0] as const)
      : (['allowed', 'blocked', proof.allowedFrom.length > 0] as const);
  if (isWrong) return wrong;
  return proof.undecidedFrom.length > 0 ? 'undecided' : right;
}

/** The rule or policy of a path that decided; null where none stood in the way. */
export function decidingEntry(trace: readonly TraceEntry[], fate: Fate): TraceEntry | null {
  if (fate === 'blocked') return last(trace, ({ effect }) => effect === 'drop');
  if (fate === 'undecided') {
    // Where no rule is open it hangs on an answer, or on what comes after the handshake, that is dropped.
    const isOpen = ({ effect }: TraceEntry): boolean => effect === 'undecided';
    return trace.find(isOpen) ?? last(trace, ({ effect }) => effect === 'drop');
  }
  const accepts = ({ effect, direction }: TraceEntry): boolean =>
    effect === 'accept' && direction === 'request';
  return last(trace, (entry) => accepts(entry) && !isPolicy(entry)) ?? last(trace, accepts);
}

/** What the rule leaves open; where it decides, that it decides about packets without which nobody can talk. */
export function whyOpen({ effect, direction, why }: TraceEntry, fate: Fate): string {
  if (fate !== 'undecided' || effect !== 'drop') return why;
  return direction === 'reply' ? 'it drops the answer' : 'it drops what a client sends once it is connected';
}

/** `maps-a.rules:31 -A INPUT -j DROP`, of the file's text as much as one reads; not yet safe for a terminal. */
export function ruleLabel(entry: TraceEntry): string {
  const place = entry.line > 0 ? `${entry.file}:${entry.line}` : entry.file;
  return `${place} ${ruleText(entry)}`;
}

export function ruleText({ rule, chain, ...entry }: TraceEntry): string {
  if (isPolicy({ rule, chain, ...entry })) return `${rule} of chain ${chain}`;
  return rule.length <= MOST_TEXT ? rule : `${rule.slice(0, MOST_TEXT - 3)}...`;
}

const MOST_TEXT = 120;

function isPolicy({ rule }: TraceEntry): boolean {
  return /^policy (?:accept|drop)$/.test(rule);
}

function last(trace: readonly TraceEntry[], fits: (entry: TraceEntry) => boolean): TraceEntry | null {
  return trace.findLast(fits) ?? null;
}
