import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For code scanning: GitHub, Azure DevOps, editors. */
export const sarif = {
  title: 'SARIF 2.1.0, for code scanning',
  renders: fromResults(() => import('../documents/sarif/sarif-log.ts').then(({ sarifLog }) => sarifLog)),
} as const satisfies ReportFormat;
