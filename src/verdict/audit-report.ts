import type { ProofResult } from '../firewall/proof/proof.ts';
import type { Vantage as Hook } from '../firewall/model/question.ts';
import type { Reason } from '../firewall/model/reason.ts';
import type { Finding } from './finding.ts';
import type { FlowResult, ReportHead, Summary } from './report.ts';
import type { TracedRule } from './traced-rule.ts';
import type { RuleRef } from '../firewall/model/rule-ref.ts';

/** A proof as the report holds it. */
export interface ProofSummary {
  readonly result: ProofResult;
  /** Prefixes, at most {@link MOST_PREFIXES} of each kind. */
  readonly allowedFrom: readonly string[];
  readonly blockedFrom: readonly string[];
  readonly undecidedFrom: readonly string[];
  /** One of the lists was cut. */
  readonly isCut: boolean;
  /** One source, the most telling: its path is the trace. */
  readonly witness: string;
  /** The port it has to come from, where not every port fares so; else null. */
  readonly witnessPort: number | null;
  /** What leaves the witness open where no rule does, and its text; else null. */
  readonly reason: Reason | null;
  readonly why: string | null;
  /** The rules that decide about the witness, in the order it meets them. */
  readonly rules: readonly RuleRef[];
  readonly trace: readonly TracedRule[];
}

/** More prefixes than these nobody reads; a long blocklist leaves millions. */
export const MOST_PREFIXES = 1000;

/** A flow, and what the firewall does with it. */
export interface AuditedFlow extends Pick<
  FlowResult,
  'id' | 'from' | 'endpoint' | 'host' | 'transport' | 'port' | 'expected' | 'verdict'
> {
  readonly proof: ProofSummary;
}

export interface AuditReport extends ReportHead<'audit'> {
  readonly hook: Hook;
  /** That of whoever is not in `interfaces`; null where none was named. */
  readonly interface: string | null;
  /** As stated, `who` a role, a prefix, or null for the one of `interface`. */
  readonly interfaces: readonly { readonly who: string | null; readonly name: string }[];
  readonly flows: readonly AuditedFlow[];
  readonly findings: readonly Finding[];
  readonly summary: Summary;
}

export interface TracedPacket {
  /** As it was given. */
  readonly packet: string;
  readonly result: ProofResult;
  /** Where the source is a prefix: which of it, as in a proof. */
  readonly allowedFrom: readonly string[];
  readonly blockedFrom: readonly string[];
  readonly undecidedFrom: readonly string[];
  /** What leaves it open where no rule does, and its text; else null. */
  readonly reason: Reason | null;
  readonly why: string | null;
  readonly trace: readonly TracedRule[];
  /** Where not all sources fare alike: a path for each way they fare; else empty. */
  readonly paths: readonly TracedPath[];
  /** Where the destination is a prefix of which the rules treat parts differently: each part; else empty. */
  readonly to: readonly TracedPart[];
}

export interface TracedPart extends Pick<
  TracedPacket,
  'result' | 'allowedFrom' | 'blockedFrom' | 'undecidedFrom' | 'trace' | 'paths'
> {
  /** Prefixes. */
  readonly destinations: readonly string[];
}

/** What happens to some of the sources, and the rules that one of them meets. */
export interface TracedPath {
  readonly result: 'allowed' | 'blocked' | 'undecided';
  /** Prefixes. */
  readonly from: readonly string[];
  readonly witness: string;
  readonly trace: readonly TracedRule[];
}

export interface TraceReport extends Omit<ReportHead<'trace'>, 'site' | 'startedAt' | 'vantage'> {
  readonly hook: Hook;
  /** In the order given. */
  readonly packets: readonly TracedPacket[];
}
