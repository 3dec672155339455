import type { RulesReport } from '../../verdict/reports/report.ts';
import type { ReportFormat } from '../results/report-format.ts';

/** The rule files themselves; each has quoted foreign text in its own syntax. */
export const files = {
  title: 'the rule files',
  isVerbatim: true,
  renders: { rules: () => (report: RulesReport) => report.rulesets.map(({ text }) => text) },
} as const satisfies ReportFormat;
