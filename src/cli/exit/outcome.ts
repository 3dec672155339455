import type { Finding } from '../../verdict/findings/finding.ts';
import type { AnyReport } from '../../verdict/reports/any-report.ts';
import type { Baseline, Comparison } from '../../verdict/reports/compare-report.ts';
import type { FlowResult } from '../../verdict/reports/report.ts';
import { failingSeverities } from '../../verdict/shapes/severity.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** The least severe finding that fails a run. */
export const FAIL_ON = ['error', 'warning'] as const;

interface Outcome {
  /** Only what was probed has a state. */
  readonly flows: readonly (Pick<FlowResult, 'id' | 'verdict' | 'expected' | 'accepted'> &
    Partial<Pick<FlowResult, 'state'>>)[];
  readonly findings: readonly Pick<Finding, 'severity' | 'accepted'>[];
  readonly baseline?: Baseline;
}

interface OutcomeFlags {
  readonly 'fail-on': (typeof FAIL_ON)[number];
  readonly 'accept-unproven': boolean;
}

/**
 * The exit code of a report: findings before unproven before ok. Where nothing was asked nothing is proven. What an exception
 * accepts does not count, and with a baseline only what changed since does.
 */
export function outcomeOf({ flows, findings, baseline }: Outcome, flags: OutcomeFlags): ExitCode {
  const failing = failingSeverities(flags['fail-on']);
  const counted = flows.filter(({ accepted }) => accepted === undefined);
  const open = counted.filter(
    (flow) => flow.verdict === 'unproven' && !(flags['accept-unproven'] && isAcceptable(flow)),
  );
  if (baseline !== undefined) {
    if (baseline.regressions > 0) return EXIT.findings;
    const added = new Set(baseline.flows.flatMap(({ id, change }) => (change === 'new' ? id : [])));
    return flows.length === 0 || open.some(({ id }) => added.has(id)) ? EXIT.unproven : EXIT.ok;
  }
  const hasFailed =
    counted.some(({ verdict }) => verdict === 'fail') ||
    findings.some(({ severity, accepted }) => accepted === undefined && failing.includes(severity));
  if (hasFailed) return EXIT.findings;
  return open.length > 0 || flows.length === 0 ? EXIT.unproven : EXIT.ok;
}

/** The exit code of any report; what has no flows with verdicts has nothing to fail. */
export function savedOutcome(report: AnyReport, flags: OutcomeFlags): ExitCode {
  if (report.kind === 'compare') return comparedOutcome(report);
  return 'summary' in report ? outcomeOf(report, flags) : EXIT.ok;
}

function comparedOutcome({ flows, regressions, newUnproven }: Comparison): ExitCode {
  if (regressions > 0) return EXIT.findings;
  const isNothingAsked = flows.every(({ after }) => after === null);
  return isNothingAsked || newUnproven > 0 ? EXIT.unproven : EXIT.ok;
}

/** What --accept-unproven may wave through: UDP silence, and nobody listening where blocked was expected. */
function isAcceptable({ state, expected }: Outcome['flows'][number]): boolean {
  return state === 'open|filtered' || (expected === 'blocked' && state === 'closed');
}
