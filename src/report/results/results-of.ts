import type { AuditReport } from '../../verdict/reports/audit-report.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import type { MergeReport } from '../../verdict/reports/merge-report.ts';
import { ruleLabel } from '../../verdict/trace/rule-label.ts';
import { issuesOf } from './issues.ts';
import { auditedFlow, observedFlow } from './result-flow.ts';
import type { Results } from './results.ts';

/** The reports that have flows with verdicts. */
export type ReportWithResults = CheckReport | AuditReport | MergeReport;

/** @param ranAt when an audit ran, which its report does not say; null where nobody knows */
export function resultsOf(report: ReportWithResults, ranAt: string | null): Results {
  const { tool, assumptions, summary } = report;
  const baseline = 'baseline' in report ? (report.baseline ?? null) : null;
  const common = {
    ...{ tool, assumptions, summary, title: titleOf(report), hosts: report.site.hosts, baseline },
    setAside: 'setAside' in report ? (report.setAside ?? []).map(ruleLabel) : [],
  };
  switch (report.kind) {
    case 'check': {
      const flows = report.flows.map((flow) => observedFlow(flow, null));
      const { startedAt, durationMs, vantage, kind } = report;
      const notProbed = report.skipped.map((one) => ({ ...one, vantage: null }));
      const vantages = [vantageText(vantage)];
      const issues = issuesOf(report.findings, flows, baseline);
      return { ...common, kind, ranAt: startedAt, durationMs, vantages, flows, issues, notProbed };
    }
    case 'audit': {
      const flows = report.flows.map(auditedFlow);
      const issues = issuesOf(report.findings, flows, baseline);
      const probing = { durationMs: null, vantages: [], notProbed: [] };
      return { ...common, kind: report.kind, ranAt, ...probing, flows, issues };
    }
    case 'merge': {
      const flows = report.flows.map((flow) => observedFlow(flow, flow.vantage));
      const issues = issuesOf(report.findings, flows);
      const [oldest = null] = report.vantages.map(({ startedAt }) => startedAt).sort();
      const vantages = report.vantages.map(vantageText);
      const { kind, skipped: notProbed } = report;
      return { ...common, kind, ranAt: oldest, durationMs: null, vantages, flows, issues, notProbed };
    }
  }
}

function titleOf({ site: { name, hosts } }: ReportWithResults): string {
  const keys = Object.keys(hosts);
  const rest = keys.length - SHOWN;
  const listed = `${keys.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more hosts` : ''}`;
  return name ?? (listed === '' ? 'no host' : listed);
}

const SHOWN = 3;

function vantageText({
  as,
  addresses,
}: {
  readonly as: string;
  readonly addresses: readonly string[];
}): string {
  return addresses.length === 0 ? as : `${as} (${addresses.join(', ')})`;
}
