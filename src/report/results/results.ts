import type { Finding } from '../../verdict/findings/finding.ts';
import type { Transport } from '../../net/port-range.ts';
import type { FlowPath } from './flow-path.ts';
import type { Baseline } from '../../verdict/reports/compare-report.ts';
import type { Expected, ReportHead, Summary } from '../../verdict/reports/report.ts';
import type { Accepted } from '../../verdict/shapes/accepted-shape.ts';
import type { ShownVerdict } from '../text/parts/verdict-symbol.ts';
import type { Severity } from '../../verdict/shapes/severity.ts';

/** What check, audit and merge have in common; every format for other systems is made from it. */
export interface Results {
  readonly kind: 'check' | 'audit' | 'merge';
  readonly tool: ReportHead['tool'];
  /** The name of the site, else its hosts. */
  readonly title: string;
  /** Names of the hosts, in the order of the site. */
  readonly hosts: ReportHead['site']['hosts'];
  /** When the answers were obtained, ISO 8601; the oldest of a merge; null where nobody knows. */
  readonly ranAt: string | null;
  readonly durationMs: number | null;
  /** From where it was seen, one text each: `client (10.30.4.7)`; none for an audit. */
  readonly vantages: readonly string[];
  readonly assumptions: readonly string[];
  /** Rules that count for no flow since they are for other programs, each with its place. */
  readonly setAside: readonly string[];
  /** In the order of the report. */
  readonly flows: readonly ResultFlow[];
  /** The worst first. Every flow that does not pass belongs to at least one. */
  readonly issues: readonly Issue[];
  readonly notProbed: readonly NotProbed[];
  readonly summary: Summary;
  /** What changed since an earlier report; null where none was given. */
  readonly baseline: Baseline | null;
}

/** A rule that decides. */
export type RuleRef = NonNullable<Finding['rules']>[number];

/** One flow, probed or proven, as one vantage point saw it. */
export interface ResultFlow {
  /** No other flow of the results has it. */
  readonly key: string;
  readonly id: string;
  /** The id of the vantage point in a merged report, else null. */
  readonly vantage: string | null;
  readonly role: string;
  readonly host: string;
  /** The address that was probed; null in an audit, and where a name has none. */
  readonly address: string | null;
  readonly endpoint: string;
  readonly transport: Transport;
  readonly port: number;
  readonly expected: Expected;
  /** `accepted` where an exception accepts it; then `seen` says what the verdict is. */
  readonly verdict: ShownVerdict;
  readonly accepted: Accepted | null;
  /** It could not be asked from here: state `error`. */
  readonly isUnasked: boolean;
  /** What was seen or proven, in few words: `filtered (no-response)`, `blocked`. */
  readonly seen: string;
  /** What shows it, a line each. */
  readonly evidence: readonly string[];
  /** The rules a packet meets; empty unless a ruleset was read. */
  readonly path: FlowPath;
}

/** How an issue weighs: a failure, something left unproven, what an exception accepts, or something to know. */
export type Weight = 'fail' | 'warning' | 'unproven' | 'accepted' | 'note';

/** A finding with its flows. */
export interface Issue {
  readonly code: string;
  readonly severity: Severity;
  readonly weight: Weight;
  /** The exception that accepts it. */
  readonly accepted: Accepted | null;
  readonly message: string;
  readonly advice: readonly string[];
  readonly flows: readonly ResultFlow[];
  /** The rules that decide, in the order a packet meets them; none where no ruleset decides. */
  readonly rules: readonly RuleRef[];
  /** Where it was made, if at one host; else null. */
  readonly host: string | null;
  /** The baseline has it too, and none of its flows is a regression. */
  readonly isKnown: boolean;
  /** What distinguishes it from an issue with another cause: everything but where it was made. */
  readonly cause: string;
}

/** An endpoint that nobody asked. */
export interface NotProbed {
  readonly host: string;
  readonly endpoint: string;
  readonly reason: string;
  readonly vantage: string | null;
}
