import type { ReportFormat } from '../report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For the test report of GitLab, Jenkins, Azure and others: a test case a flow. */
export const junit = {
  title: 'for CI test reports',
  renders: fromResults(() =>
    import('../documents/junit-document.ts').then(({ junitDocument }) => junitDocument),
  ),
} as const satisfies ReportFormat;
