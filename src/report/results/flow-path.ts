import type { AuditedFlow } from '../../verdict/reports/audit-report.ts';

/** The rules that one packet of a flow meets, in order. */
export type FlowPath = AuditedFlow['proof']['trace'];
