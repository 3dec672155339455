import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For the textfile collector of node_exporter. */
export const prometheus = {
  title: 'for the node_exporter textfile collector',
  renders: fromResults(() =>
    import('../documents/prometheus-metrics.ts').then(({ prometheusMetrics }) => prometheusMetrics),
  ),
} as const satisfies ReportFormat;
