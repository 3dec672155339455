import type { ReportFormat } from '../results/report-format.ts';

/** What a person reads at a terminal: tables, matrices and paragraphs that fit its width. */
export const table = {
  title: 'for people',
  renders: {
    ports: () => import('../text/ports-table.ts').then(({ portsTable }) => portsTable),
    check: () => import('../text/check-text.ts').then(({ checkText }) => checkText),
    audit: () => import('../text/audit-table.ts').then(({ auditTable }) => auditTable),
    merge: () => import('../text/matrix/merge-matrix.ts').then(({ mergeMatrix }) => mergeMatrix),
    compare: () => import('../text/compare-text.ts').then(({ compareText }) => compareText),
    trace: () => import('../text/trace-text.ts').then(({ traceText }) => traceText),
  },
} as const satisfies ReportFormat;
