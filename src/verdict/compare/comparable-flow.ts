import type { AuditedFlow } from '../reports/audit-report.ts';
import type { Side } from '../reports/compare-report.ts';
import type { MergedFlow } from '../reports/merge-report.ts';
import type { FlowResult } from '../reports/report.ts';
import { decidingRules, fateShown } from '../trace/deciding-rule.ts';

/** Addresses of each family, as decimal digits. */
export interface Count {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Addresses as prefixes, by how they fare. */
interface Fates {
  readonly wrong: readonly string[];
  readonly undecided: readonly string[];
  /** Those of the wrong who fare so with some of their connections only. */
  readonly inPart: readonly string[];
}

interface Counts {
  readonly wrong: Count;
  readonly right: Count;
  /** Whose addresses these are. */
  readonly sources: string;
}

/** A flow as comparing sees it, whichever command made it. */
export interface ComparableFlow {
  /** Equal in both reports for one flow. */
  readonly key: string;
  readonly vantage: string | null;
  readonly flow: FlowResult | AuditedFlow;
  readonly side: Side;
  /** What makes two of one verdict the same; never a line, a time or a handle. */
  readonly facts: string;
  /** Whether it was answered at all; a run that was interrupted proves nothing better. */
  readonly isObserved: boolean;
  /** Who fares how; null where nobody listed all of them. */
  readonly fates: Fates | null;
  /** How many addresses fare how; null where nobody counted them. */
  readonly counts: Counts | null;
  /** The source port that gets in, or of who must get in does not, where it is not just any; else null. */
  readonly sourcePort: number | null;
}

/** A flow of a check; in a merged report with the id of its vantage point. */
export function comparableObserved(flow: FlowResult | MergedFlow, vantage: string | null): ComparableFlow {
  const { id, expected, verdict, accepted, state, reason, transport, port, standIn = false } = flow;
  const shared = { expected, verdict, ...(accepted !== undefined && { accepted }) };
  return {
    key: vantage === null ? id : `${id} as ${vantage}`,
    vantage,
    flow,
    side: { ...shared, seen: `${state} (${reason})`, rules: [] },
    facts: JSON.stringify([expected, state, reason, transport, port, standIn, accepted === undefined]),
    isObserved: state !== 'error',
    fates: null,
    counts: null,
    sourcePort: null,
  };
}

/** A flow of an audit. Its rules come from the path, which every version wrote. */
export function comparableAudited(flow: AuditedFlow): ComparableFlow {
  const { id, from, expected, verdict, accepted, transport, port, proof } = flow;
  const { result, allowedFrom, blockedFrom, undecidedFrom, isCut, decidedBy, cases, conditions } = proof;
  const rules = decidingRules(proof.trace, fateShown(flow)).map(({ rule }) => rule);
  const shared = { expected, verdict, ...(accepted !== undefined && { accepted }) };
  const [right, wrong] =
    expected === 'reachable' ? (['allowed', 'blocked'] as const) : (['blocked', 'allowed'] as const);
  // Older reports say so of the witness alone.
  const isOld = proof.inPartFrom.length === 0 && proof.witnessPort !== null;
  const inPart = isOld ? proof[`${wrong}From`] : proof.inPartFrom;
  const counts = {
    wrong: countOf(decidedBy, wrong),
    right: countOf(decidedBy, right),
    sources: JSON.stringify(from.addresses),
  };
  const seen = verdict === 'fail' && expected === 'blocked' ? 'exposed' : result;
  return {
    key: id,
    vantage: null,
    flow,
    side: { ...shared, seen, rules },
    facts: JSON.stringify([
      ...[expected, seen, transport, port, accepted === undefined, rules],
      ...[allowedFrom, blockedFrom, undecidedFrom, inPart],
      isCut ? [counts.wrong, counts.right] : null,
      cases.map((each) => [
        each.result,
        each.conditions.map(conditionFacts),
        each.rules.map(({ text }) => text),
      ]),
      conditions.map(conditionFacts),
    ]),
    isObserved: true,
    fates: isCut ? null : { wrong: proof[`${wrong}From`], undecided: undecidedFrom, inPart },
    counts: decidedBy.length === 0 ? null : counts,
    sourcePort: proof.witnessPort ?? null,
  };
}

function countOf(decidedBy: AuditedFlow['proof']['decidedBy'], result: 'allowed' | 'blocked'): Count {
  const shares = decidedBy.filter((share) => share.result === result);
  const sum = (family: 'ipv4' | 'ipv6'): string =>
    String(shares.reduce((total, { addresses }) => total + BigInt(addresses[family]), 0n));
  return { ipv4: sum('ipv4'), ipv6: sum('ipv6') };
}

type Condition = AuditedFlow['proof']['conditions'][number];

function conditionFacts(condition: Condition): unknown {
  if (condition.kind !== 'test') return condition;
  const { dimension, text, holds, rule } = condition;
  return [dimension, text, holds, rule?.text];
}
