import type { Finding } from '../../verdict/findings/finding.ts';
import type { AnyReport } from '../../verdict/reports/any-report.ts';
import type { FlowResult, Summary } from '../../verdict/reports/report.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** The least severe finding that fails a run. */
export const FAIL_ON = ['error', 'warning'] as const;

interface Outcome {
  /** Only what was probed has a state. */
  readonly flows: readonly (Pick<FlowResult, 'verdict' | 'expected'> & Partial<Pick<FlowResult, 'state'>>)[];
  readonly findings: readonly Pick<Finding, 'severity'>[];
  readonly summary: Summary;
}

interface OutcomeFlags {
  readonly 'fail-on': (typeof FAIL_ON)[number];
  readonly 'accept-unproven': boolean;
}

/** The exit code of a report: findings before unproven before ok. Where nothing was asked nothing is proven. */
export function outcomeOf({ flows, findings, summary }: Outcome, flags: OutcomeFlags): ExitCode {
  const failing: readonly Finding['severity'][] =
    flags['fail-on'] === 'warning' ? ['error', 'warning'] : ['error'];
  if (summary.fail > 0 || findings.some(({ severity }) => failing.includes(severity))) return EXIT.findings;
  const open = flows.filter(
    (flow) => flow.verdict === 'unproven' && !(flags['accept-unproven'] && isAcceptable(flow)),
  );
  return open.length > 0 || flows.length === 0 ? EXIT.unproven : EXIT.ok;
}

/** The exit code of any report; what has no flows with verdicts has nothing to fail. */
export function savedOutcome(report: AnyReport, flags: OutcomeFlags): ExitCode {
  return 'summary' in report ? outcomeOf(report, flags) : EXIT.ok;
}

/** What --accept-unproven may wave through: UDP silence, and nobody listening where blocked was expected. */
function isAcceptable({ state, expected }: Outcome['flows'][number]): boolean {
  return state === 'open|filtered' || (expected === 'blocked' && state === 'closed');
}
