import { VANTAGES } from '../../deployment/role.ts';
import { groupBy } from '../../group-by.ts';
import type { AccessFlow } from '../../ports/access-flows.ts';
import { compareAddresses, tryParseAddress } from '../../net/address.ts';
import type { Tool } from '../reports/head.ts';
import { assertMergeable, type SavedFile } from './assert-mergeable.ts';
import { notChecked } from './not-checked.ts';
import type { MergedFinding, MergedFlow, MergedVantage, MergeReport } from '../reports/merge-report.ts';
import type { HostSummary, SiteSummary } from '../reports/report.ts';
import { summarize } from '../reports/summarize.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { bySeverity } from '../shapes/severity.ts';

/**
 * Several checks of one site, one for each vantage point, as one report: nothing is overwritten or averaged, so two points that
 * saw a flow differently both stand there.
 * @param files at least one, in any order
 * @param accesses who must get in and who must not, by the site of the reports: what none of them saw is a finding
 * @param parseTime milliseconds since 1970 of an ISO 8601 time
 * @throws InputError for reports that do not belong together
 */
export function mergeChecks(
  files: readonly SavedFile[],
  tool: Tool,
  parseTime: (text: string) => number,
  accesses: (site: SiteSummary) => readonly AccessFlow[] = () => [],
): MergeReport {
  const [first] = files;
  if (first === undefined) throw new Error('a merge needs a report');
  assertMergeable(files);
  const sorted = [...files].sort(compareVantages);
  const points = sorted.map(({ file, report }) => ({ report, vantage: vantageOf(file, report, sorted) }));
  const site = mergeSites(sorted.map(({ report }) => report.site)) ?? first.report.site;
  const reports = sorted.map(({ report }) => report);
  const gaps = notChecked(accesses(site), reports, site.source === 'file');
  // Sorting is stable: points of one role keep their order under one id.
  const flows = points
    .flatMap(({ report, vantage }) =>
      report.flows.map((flow): MergedFlow => ({ ...flow, vantage: vantage.id })),
    )
    .sort((a, b) => compareText(a.id, b.id));
  return {
    schemaVersion: 1,
    kind: 'merge',
    tool,
    site,
    assumptions: [...new Set(points.flatMap(({ report }) => report.assumptions))],
    vantages: points.map(({ vantage }) => vantage),
    flows,
    findings: [
      ...gaps.map((one) => ({ ...one, vantages: points.map(({ vantage }) => vantage.id) })),
      ...timesApart(
        points.map(({ vantage }) => vantage),
        parseTime,
      ),
      ...mergeFindings(
        points.flatMap(({ report, vantage }) =>
          report.findings.map((one) => ({ finding: one, vantage: vantage.id })),
        ),
      ),
    ].sort(bySeverity),
    skipped: points.flatMap(({ report, vantage }) =>
      report.skipped.map((skipped) => ({ ...skipped, vantage: vantage.id })),
    ),
    summary: summarize(flows),
  };
}

function compareVantages({ report: a }: SavedFile, { report: b }: SavedFile): number {
  const byRole = VANTAGES.indexOf(a.vantage.as) - VANTAGES.indexOf(b.vantage.as);
  if (byRole !== 0) return byRole;
  return compareAddressLists(a.vantage.addresses, b.vantage.addresses);
}

function compareAddressLists(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((address, index) => address !== b[index]);
  const [left, right] = [a[at], b[at]];
  return left === undefined || right === undefined ? a.length - b.length : compareAddressTexts(left, right);
}

function compareAddressTexts(a: string, b: string): number {
  const [left, right] = [tryParseAddress(a), tryParseAddress(b)];
  return left === undefined || right === undefined ? compareText(a, b) : compareAddresses(left, right);
}

function vantageOf(
  file: string,
  { vantage, startedAt }: SavedFile['report'],
  all: readonly SavedFile[],
): MergedVantage {
  const isOnly = all.filter(({ report }) => report.vantage.as === vantage.as).length === 1;
  const id = isOnly ? vantage.as : `${vantage.as}@${vantage.addresses.join('+') || '?'}`;
  return { id, ...vantage, startedAt, file };
}

/** The sites are one (or they would have been refused), but a name may have more addresses from elsewhere. */
function mergeSites(sites: readonly SiteSummary[]): SiteSummary | undefined {
  const [first] = sites;
  if (first === undefined) return undefined;
  const hosts = Object.entries(first.hosts).map(([key, host]): [string, HostSummary] => {
    const addresses = sites.flatMap((site) => site.hosts[key]?.addresses ?? []);
    return [key, { ...host, addresses: [...new Set(addresses)].sort(compareAddressTexts) }];
  });
  return { ...first, hosts: Object.fromEntries(hosts) };
}

function mergeFindings(
  found: readonly { readonly finding: Finding<string>; readonly vantage: string }[],
): readonly MergedFinding[] {
  const same = groupBy(found, ({ finding: { code, severity, args, accepted } }) =>
    JSON.stringify([code, severity, accepted, Object.entries(args).sort(([a], [b]) => compareText(a, b))]),
  );
  return same.flatMap((group): MergedFinding | readonly [] => {
    const [one] = group;
    if (one === undefined) return [];
    return {
      ...one.finding,
      advice: [...new Set(group.flatMap(({ finding }) => finding.advice))],
      flows: [...new Set(group.flatMap(({ finding }) => finding.flows))].sort(),
      vantages: [...new Set(group.map(({ vantage }) => vantage))],
    };
  });
}

/** A firewall that one report saw may be another by the time of the next: a day is a commissioning day. */
const APART_MS = 24 * 60 * 60 * 1000;

function timesApart(
  vantages: readonly MergedVantage[],
  parseTime: (text: string) => number,
): readonly MergedFinding[] {
  const inTime = [...vantages].sort((a, b) => parseTime(a.startedAt) - parseTime(b.startedAt));
  const [first, last] = [inTime[0], inTime.at(-1)];
  if (first === undefined || last === undefined) return [];
  const apartMs = parseTime(last.startedAt) - parseTime(first.startedAt);
  if (!(apartMs > APART_MS)) return [];
  const args = { older: first.startedAt, newer: last.startedAt, days: Math.floor(apartMs / APART_MS) };
  return [{ ...finding('reports-apart', args, []), vantages: vantages.map(({ id }) => id) }];
}

/** By UTF-16 units: the same everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
