import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For the test report of GitLab, Jenkins, Azure and others: a test case a flow. */
export const junit = {
  title: 'for CI test reports',
  renders: {
    compare: () => import('../documents/junit/compare-junit.ts').then(({ compareJunit }) => compareJunit),
    ...fromResults(() =>
      import('../documents/junit/junit-document.ts').then(({ junitDocument }) => junitDocument),
    ),
  },
} as const satisfies ReportFormat;
