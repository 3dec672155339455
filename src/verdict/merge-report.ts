import type { FlowResult, ReportHead, Skipped, Summary, Vantage } from './report.ts';
import type { Finding } from './finding.ts';

/** One run of `check`, and where its report was found. */
export interface MergedVantage extends Vantage {
  /** What flows and findings call it: its role, and its addresses where several have that role. */
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** As given on the command line; `-` for standard input. */
  readonly file: string;
}

/** A flow as one vantage point saw it; another point of the same role has its own, whatever it saw. */
export interface MergedFlow extends FlowResult {
  readonly vantage: string;
}

/** A finding, once however many saw it. */
export interface MergedFinding extends Finding<string> {
  readonly vantages: readonly string[];
}

/** What several vantage points saw of one site. Vantages by role, then address; flows by id, then vantage. */
export interface MergeReport extends ReportHead<'merge'> {
  readonly vantages: readonly MergedVantage[];
  readonly flows: readonly MergedFlow[];
  /** Most severe first. */
  readonly findings: readonly MergedFinding[];
  readonly skipped: readonly (Skipped & { readonly vantage: string })[];
  readonly summary: Summary;
}
