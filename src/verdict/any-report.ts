import type { AuditReport, TraceReport } from './audit-report.ts';
import type { MergeReport } from './merge-report.ts';
import type { CheckReport, PortsReport, RulesReport } from './report.ts';

/** What a command can answer with, told apart by `kind`. */
export type AnyReport = PortsReport | CheckReport | RulesReport | AuditReport | TraceReport | MergeReport;
