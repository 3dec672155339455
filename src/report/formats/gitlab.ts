import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For GitLab's code quality widget. */
export const gitlab = {
  title: 'for GitLab code quality',
  renders: fromResults(() => import('../documents/code-quality.ts').then(({ codeQuality }) => codeQuality)),
} as const satisfies ReportFormat;
