import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** One page for people: a file of its own, readable without script and style. */
export const html = {
  title: 'one page with a diagram, to send or archive',
  templates: ['report.html.liquid'],
  renders: fromResults(() => import('../documents/html/html-page.ts').then(({ htmlPage }) => htmlPage)),
} as const satisfies ReportFormat;
