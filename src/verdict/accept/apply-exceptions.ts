import { groupsBy } from '../../group-by.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { ACCEPTANCE_CODES, type AcceptanceArgs } from '../findings/acceptance.ts';
import { reducedFinding } from '../reports/reduced-finding.ts';
import { summarize } from '../reports/summarize.ts';
import { bySeverity } from '../shapes/severity.ts';
import {
  covers,
  explainingParts,
  partsOf,
  type AcceptableFlow,
  type AcceptableReport,
  type Part,
} from './accepted-parts.ts';
import type { Exception } from './exception.ts';
import { nearestMiss } from './nearest-miss.ts';
import { isOutOfView } from './out-of-view.ts';

/** Within so many days of its end an exception is a finding. */
const SOON_DAYS = 14;

/**
 * The report with what the exceptions accept marked as accepted: verdicts stay, the summary counts accepted flows apart. A flow is
 * accepted where the most severe of its findings all are, so that none hides another failure. Earlier exceptions are forgotten.
 * @param daysFrom days from today to a day (YYYY-MM-DD), negative where it is over
 */
export function applyExceptions<R extends AcceptableReport>(
  given: R,
  exceptions: readonly Exception[],
  daysFrom: (day: string) => number,
): R {
  const report = withoutAcceptance(given);
  const valid = exceptions.filter(({ until }) => daysFrom(until) >= 0);
  const parts = partsOf(report);
  const excuses = new Map(parts.map((part) => [part, valid.find((one) => covers(one, part)) ?? null]));
  const excuseOf = (part: Part): Exception | null => excuses.get(part) ?? null;
  const byFlow = new Map(
    [...groupsBy(parts, ({ flow }) => flow)].map(([flow, group]) => [
      flow,
      flowExcuse(flow, group, excuseOf),
    ]),
  );
  const flows = report.flows.map((flow) => marked(flow, byFlow.get(flow) ?? null));
  const findings: readonly Finding<string>[] = report.findings;
  const partsOfFinding = groupsBy(parts, (part) => part.finding);
  const ofExceptions = exceptions.flatMap((one) => aboutException(one, parts, report, daysFrom(one.until)));
  return {
    ...report,
    flows,
    findings: [
      ...findings.flatMap((one) => splitFinding(one, partsOfFinding.get(one) ?? [], excuseOf)),
      ...ofExceptions.map((one) => inMerge(one, report)),
    ].sort(bySeverity),
    summary: summarize(flows),
  };
}

/** The report as it was before exceptions; what they were about stays in parts. */
export function withoutAcceptance<R extends AcceptableReport>(report: R): R {
  const findings: readonly Finding<string>[] = report.findings;
  const flows: readonly AcceptableFlow[] = report.flows;
  const plain = flows.map(unmarked);
  return {
    ...report,
    flows: plain,
    findings: findings.filter(({ code }) => !ACCEPTANCE_CODES.has(code)).map(unmarked),
    summary: summarize(plain),
  };
}

function unmarked<T extends { readonly accepted?: unknown }>(one: T): T {
  const { accepted, ...rest } = one;
  return accepted === undefined ? one : (rest as T);
}

function marked<T extends object>(one: T, excuse: Exception | null): T {
  return excuse === null ? one : { ...one, accepted: { reason: excuse.reason, until: excuse.until } };
}

/** What accepts a flow; null where it passes, or where one of the findings that explain it is not accepted. */
function flowExcuse(
  flow: AcceptableFlow | null,
  parts: readonly Part[],
  excuseOf: (part: Part) => Exception | null,
): Exception | null {
  if (flow === null || flow.verdict === 'pass') return null;
  const excuses = explainingParts(parts).map(excuseOf);
  return excuses.includes(null) ? null : (excuses[0] ?? null);
}

/** A finding in as many as there are exceptions for its flows, and one for those that none accepts. */
function splitFinding(
  one: Finding<string>,
  parts: readonly Part[],
  excuseOf: (part: Part) => Exception | null,
): readonly Finding<string>[] {
  const all = parts.flatMap(({ flow }) => flow ?? []);
  if (all.length === 0) return [marked(one, parts[0] === undefined ? null : excuseOf(parts[0]))];
  const byId = Array.from(
    groupsBy(parts, ({ flow }) => flow?.id ?? ''),
    ([id, group]) => {
      // From several vantage points it is accepted where it is from all of them.
      const excuses = group.map(excuseOf);
      return { id, excuse: excuses.includes(null) ? null : (excuses[0] ?? null) };
    },
  );
  return [...groupsBy(byId, ({ excuse }) => excuse)].flatMap(([excuse, group]) => {
    const kept = new Set(group.map(({ id }) => id));
    const others = new Set(one.flows.filter((id) => !kept.has(id)));
    return reducedFinding(one, others, all).map((each) => marked(each, excuse));
  });
}

/** Expired, of no use, or soon over. */
function aboutException(
  exception: Exception,
  parts: readonly Part[],
  report: AcceptableReport,
  days: number,
): readonly Finding<string>[] {
  const { code, patterns, reason, until, place } = exception;
  const args: AcceptanceArgs = { place, accepts: code, patterns, reason, until };
  const about = parts.filter((part) => covers(exception, part));
  const ids = [...new Set(about.flatMap(({ flow }) => flow?.id ?? []))];
  if (days < 0) return [finding('acceptance-expired', args, ids)];
  if (about.length === 0 && isOutOfView(exception, report)) return [];
  if (about.length === 0)
    return [finding('acceptance-unmatched', { ...args, ...nearestMiss(exception, parts, report) }, [])];
  return days > SOON_DAYS ? [] : [finding('acceptance-ends', { ...args, days }, ids)];
}

/** In a merged report a finding names who saw it. */
function inMerge(one: Finding<string>, report: AcceptableReport): Finding<string> {
  return report.kind === 'merge'
    ? Object.assign({ ...one }, { vantages: report.vantages.map(({ id }) => id) })
    : one;
}
