import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For Nagios, Icinga and what runs their plugins. */
export const nagios = {
  title: 'for Nagios and Icinga',
  renders: fromResults(() => import('../documents/nagios-line.ts').then(({ nagiosLine }) => nagiosLine)),
} as const satisfies ReportFormat;
