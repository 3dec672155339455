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
  /** The addresses it fails for, as prefixes; null where nobody listed all of them. */
  readonly failsFor: readonly string[] | null;
  /** How many addresses it fails for; null where nobody counted them. */
  readonly failsForCount: Count | null;
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
    failsFor: null,
    failsForCount: null,
    sourcePort: null,
  };
}

/** A flow of an audit. Its rules come from the path, which every version wrote. */
export function comparableAudited(flow: AuditedFlow): ComparableFlow {
  const { id, expected, verdict, accepted, transport, port, proof } = flow;
  const { result, allowedFrom, blockedFrom, undecidedFrom, isCut, decidedBy, cases, conditions } = proof;
  const rules = decidingRules(proof.trace, fateShown(flow)).map(({ rule }) => rule);
  const shared = { expected, verdict, ...(accepted !== undefined && { accepted }) };
  const count =
    decidedBy.length === 0 ? null : countOf(decidedBy, expected === 'reachable' ? 'blocked' : 'allowed');
  const wrong = expected === 'reachable' ? blockedFrom : allowedFrom;
  const seen = verdict === 'fail' && expected === 'blocked' ? 'exposed' : result;
  return {
    key: id,
    vantage: null,
    flow,
    side: { ...shared, seen, rules },
    facts: JSON.stringify([
      ...[expected, seen, transport, port, accepted === undefined, rules],
      ...[allowedFrom, blockedFrom, undecidedFrom],
      isCut ? count : null,
      cases.map((each) => [
        each.result,
        each.conditions.map(conditionFacts),
        each.rules.map(({ text }) => text),
      ]),
      conditions.map(conditionFacts),
    ]),
    isObserved: true,
    failsFor: isCut ? null : wrong,
    failsForCount: count,
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
