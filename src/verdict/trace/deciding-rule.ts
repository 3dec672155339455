import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { Reason } from '../../firewall/model/reason.ts';
import type { AuditedFlow } from '../reports/audit-report.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';

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
  // What a NAT chain accepts is only left untranslated.
  const accepts = ({ effect, direction, type }: TraceEntry): boolean =>
    effect === 'accept' && direction === 'request' && type !== 'nat';
  return last(trace, (entry) => accepts(entry) && entry.kind !== 'policy') ?? last(trace, accepts);
}

/** What the rule leaves open; where it decides, that it decides about packets without which nobody can talk. */
export function whyOpen({ effect, direction, reasons }: TraceEntry, fate: Fate): readonly Reason[] {
  if (fate !== 'undecided' || effect !== 'drop') return reasons;
  switch (direction) {
    case 'neighbour-solicitation':
    case 'neighbour-advertisement':
      return [{ code: 'only-neighbours-dropped', protocol: 'neighbour-discovery' }];
    case 'arp-request':
    case 'arp-reply':
      return [{ code: 'only-neighbours-dropped', protocol: 'arp' }];
    case 'reply':
      return [{ code: 'drops-reply' }];
    case 'request':
    case 'later':
      return [{ code: 'drops-client-packets' }];
  }
}

/** The rules that lead a packet, or may lead it, to another address or port than it was sent to. */
export function translations(trace: readonly TraceEntry[]): readonly TraceEntry[] {
  return trace.filter(
    ({ type, direction, actions, reasons }) =>
      type === 'nat' &&
      direction === 'request' &&
      actions.some((action) => action === 'dnat' || action === 'redirect') &&
      reasons.every(({ code }) => code !== 'no-case-matches'),
  );
}

/** The rules by which a packet got in: those that translated it, then the one that accepts it. */
export function wayIn(trace: readonly TraceEntry[]): readonly TraceEntry[] {
  const sent = translations(trace);
  // Where a translation may not match, what accepts the translated packet may not match either.
  const accepts = ({ kind, type, direction, actions, effect }: TraceEntry): boolean =>
    type === 'filter' &&
    direction === 'request' &&
    (effect === 'accept' || effect === 'undecided') &&
    actions.includes('accept') &&
    kind !== 'policy';
  const entry = (sent.length > 0 ? last(trace, accepts) : null) ?? decidingEntry(trace, 'allowed');
  return entry === null ? sent : [...sent, entry];
}

/** The rules that decide about the witness, in the order it meets them; none where no rule stood in the way. */
export function decidingRules(trace: readonly TraceEntry[], fate: Fate): readonly TraceEntry[] {
  if (fate === 'allowed') return wayIn(trace);
  const entry = decidingEntry(trace, fate);
  return entry === null ? [] : [entry];
}

export function ruleRef(entry: TraceEntry): RuleRef {
  const { kind, file, line, family, table, chain, handle, rule, title } = entry;
  const ref = { kind, file, line, family, table, chain, handle, text: rule };
  return title === undefined ? ref : { ...ref, title };
}

function last(trace: readonly TraceEntry[], fits: (entry: TraceEntry) => boolean): TraceEntry | null {
  return trace.findLast(fits) ?? null;
}
