import { z } from 'zod';
import { text } from '../../json-shape.ts';
import { auditReport, type AuditReport } from './audit-report.ts';
import { checkReport, type CheckReport } from './check-report.ts';
import { compareReport, type CompareReport } from './compare-report.ts';
import { mergeReport, type MergeReport } from './merge-report.ts';
import { portsReport, rulesReport, type PortsReport, type RulesReport } from './report.ts';
import { traceReport, type TraceReport } from './trace-report.ts';

/** What a command can answer with, told apart by `kind`. */
export type AnyReport =
  PortsReport | CheckReport | RulesReport | AuditReport | TraceReport | MergeReport | CompareReport;

const place = z.int().min(1).nullable();

const errorReport = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('error'),
    error: z.object({
      code: text,
      message: text,
      value: text.nullable(),
      fix: text,
      file: text.nullable(),
      line: place,
      column: place,
    }),
  })
  .meta({ id: 'error' });

/** All that any command prints with `--json`, but `listen`. */
export const anyDocument = z.discriminatedUnion('kind', [
  portsReport,
  checkReport,
  rulesReport,
  auditReport,
  traceReport,
  mergeReport,
  compareReport,
  errorReport,
]);
