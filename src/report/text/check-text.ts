import type { CheckReport } from '../../verdict/reports/check-report.ts';
import { checkMatrix } from './matrix/check-matrix.ts';
import { checkTable } from './check-table.ts';
import type { Style } from '../style.ts';

/** A check as a person reads it: a table for one host, a matrix where several hosts or addresses show the same ports. */
export function checkText(report: CheckReport, style: Style): string {
  const hosts = new Set(report.flows.map(({ host }) => host));
  const endpoints = new Set(report.flows.map(({ endpoint }) => endpoint));
  const isMatrix = hosts.size > 1 || endpoints.size < report.flows.length;
  return isMatrix ? checkMatrix(report, style) : checkTable(report, style);
}
