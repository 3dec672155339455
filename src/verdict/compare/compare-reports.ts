import type { Tool } from '../reports/head.ts';
import type { Baseline, CompareReport, Comparison } from '../reports/compare-report.ts';
import type { MergedVantage } from '../reports/merge-report.ts';
import type { Change } from '../shapes/change.ts';
import { failingSeverities, type Severity } from '../shapes/severity.ts';
import { assertComparable, type ComparableReport, type NamedReport } from './assert-comparable.ts';
import { comparableAudited, comparableObserved } from './comparable-flow.ts';
import { compareFindings } from './compare-findings.ts';
import { compareFlows } from './compare-flows.ts';
import { movedVantages } from './moved-vantages.ts';

/**
 * Two reports of one site as a report of what changed.
 * @param failOn the least severe finding that fails
 * @throws InputError for reports that can't be compared
 */
export function compareReports(
  before: NamedReport,
  after: NamedReport,
  failOn: Severity,
  tool: Tool,
): CompareReport {
  const { site, assumptions, kind } = after.report;
  return {
    ...{ schemaVersion: 1, kind: 'compare', tool, site, assumptions, of: kind },
    before: sideOf(before),
    after: sideOf(after),
    ...compared(before, after, failOn),
  };
}

/**
 * What changed since an earlier report, without what did not.
 * @throws InputError for reports that can't be compared
 */
export function sinceBaseline(before: NamedReport, after: NamedReport, failOn: Severity): Baseline {
  const { flows, findings, ...counts } = compared(before, after, failOn);
  return {
    file: before.file ?? '',
    startedAt: startOf(before.report),
    ...counts,
    flows: flows.filter(({ change }) => change !== 'unchanged'),
    findings: findings.filter(({ change }) => change !== 'unchanged'),
  };
}

function compared(before: NamedReport, after: NamedReport, failOn: Severity): Comparison {
  assertComparable(before, after);
  const failing = failingSeverities(failOn);
  const names = sameVantages(before.report, after.report);
  const nameOf = (vantage: string): string => names.get(vantage) ?? vantage;
  const moved = movedVantages(before.report, after.report, nameOf);
  const [old, now] = [parts(before.report, nameOf), parts(after.report, (vantage) => vantage)];
  const { findings, newlyFailing, flowless } = compareFindings(old, now, failing);
  const flows = compareFlows(old.flows, now.flows, newlyFailing);
  const count = (change: Change): number => flows.filter((one) => one.change === change).length;
  const isOpen = (side: (typeof flows)[number]['after'], verdict: 'fail' | 'unproven'): boolean =>
    side?.verdict === verdict && side.accepted === undefined;
  return {
    failOn,
    flows,
    findings,
    summary: {
      worse: count('worse'),
      gone: count('gone'),
      new: count('new'),
      changed: count('changed'),
      better: count('better'),
      unchanged: count('unchanged'),
    },
    regressions: flows.filter(({ regression }) => regression !== null).length + flowless,
    known: flows.filter(({ after: is, regression }) => isOpen(is, 'fail') && regression === null).length,
    newUnproven: flows.filter(({ change, after: is }) => change === 'new' && isOpen(is, 'unproven')).length,
    ...(moved.length > 0 && { moved }),
  };
}

function parts(report: ComparableReport, nameOf: (vantage: string) => string) {
  switch (report.kind) {
    case 'check':
      return { findings: report.findings, flows: report.flows.map((flow) => comparableObserved(flow, null)) };
    case 'audit':
      return { findings: report.findings, flows: report.flows.map(comparableAudited) };
    case 'merge':
      return {
        findings: report.findings.map((one) => ({ ...one, vantages: one.vantages.map(nameOf) })),
        flows: report.flows.map((flow) => comparableObserved(flow, nameOf(flow.vantage))),
      };
  }
}

/** Vantage points of the earlier report that have another id now: `client` is `client@ADDRESS` beside a second one. */
function sameVantages(before: ComparableReport, after: ComparableReport): ReadonlyMap<string, string> {
  if (before.kind !== 'merge' || after.kind !== 'merge') return new Map();
  const placeOf = ({ as, addresses }: MergedVantage): string => JSON.stringify([as, addresses]);
  const now = new Set(after.vantages.map(({ id }) => id));
  const byPlace = new Map(after.vantages.map((one) => [placeOf(one), one.id]));
  return new Map(
    before.vantages.flatMap((one) => {
      const id = now.has(one.id) ? undefined : byPlace.get(placeOf(one));
      return id === undefined ? [] : [[one.id, id] as const];
    }),
  );
}

function sideOf({ file, report }: NamedReport): CompareReport['before'] {
  return { file: file ?? '', startedAt: startOf(report), summary: report.summary };
}

/** When its answers were obtained, of a merge the oldest; an audit does not say. */
function startOf(report: ComparableReport): string | null {
  switch (report.kind) {
    case 'check':
      return report.startedAt;
    case 'merge':
      return report.vantages.map(({ startedAt }) => startedAt).sort()[0] ?? null;
    case 'audit':
      return null;
  }
}
