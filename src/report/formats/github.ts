import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For a step of GitHub Actions: annotations. The job summary is the format markdown, which the command appends by itself. */
export const github = {
  title: 'annotations of GitHub Actions, and the job summary',
  renders: {
    compare: () =>
      import('../documents/compare/compare-annotations.ts').then(
        ({ compareAnnotations }) => compareAnnotations,
      ),
    ...fromResults(() => import('../documents/annotations.ts').then(({ annotations }) => annotations)),
  },
} as const satisfies ReportFormat;
