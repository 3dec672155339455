import { ended } from '../../verdict/findings/ended.ts';
import type { Finding } from '../../verdict/findings/finding.ts';
import type { MergedFinding } from '../../verdict/reports/merge-report.ts';
import type { Baseline } from '../../verdict/reports/compare-report.ts';
import { portsLabel } from '../../verdict/reports/label.ts';
import { groupBy } from '../../group-by.ts';
import type { Issue, ResultFlow, Weight } from './results.ts';

type AnyFinding = Omit<Finding<string>, 'rules'> &
  Pick<Partial<MergedFinding>, 'vantages'> &
  Pick<Finding<string>, 'rules'>;

/** The worst first. */
export const WEIGHTS: readonly Weight[] = ['fail', 'warning', 'unproven', 'accepted', 'note'];

/**
 * The findings with their flows, the worst first. A flow that does not pass and that no finding mentions gets an issue of its own,
 * and so does a report without any flow: nothing that is not proven goes unsaid.
 */
export function issuesOf(
  findings: readonly AnyFinding[],
  flows: readonly ResultFlow[],
  baseline: Baseline | null = null,
): readonly Issue[] {
  const byId = new Map(groupBy(flows, ({ id }) => id).map((group) => [group[0]?.id ?? '', group]));
  const issues = findings.map((finding) => toIssue(finding, byId));
  const mentioned = new Set(
    issues.flatMap((issue) => (isAboutVerdict(issue) ? issue.flows.map(({ key }) => key) : [])),
  );
  const left = flows.filter(({ verdict, key }) => verdict !== 'pass' && !mentioned.has(key));
  const alike = groupBy(left, ({ verdict, host, address, vantage, role, seen }) =>
    JSON.stringify([verdict, host, address, vantage, role, seen.replace(/, [\d.]+ ms/, '')]),
  );
  const all = [...issues, ...alike.map(unexplained), ...(flows.length === 0 ? [NOTHING_ASKED] : [])];
  const isKnown = knownBy(baseline);
  return all
    .map((issue) => (isKnown(issue) ? { ...issue, isKnown: true } : issue))
    .sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
}

/** Whether the baseline has an issue too; without a baseline nothing is known. */
function knownBy(baseline: Baseline | null): (issue: Issue) => boolean {
  if (baseline === null) return () => false;
  const changed = new Set(
    baseline.flows.flatMap(({ id, regression, change }) =>
      regression !== null || change === 'new' ? id : [],
    ),
  );
  const added = new Set(baseline.findings.flatMap(({ code, change }) => (change === 'new' ? code : [])));
  return ({ code, flows }) =>
    flows.length === 0 ? !added.has(code) : !flows.some(({ id }) => changed.has(id));
}

/** A finding that only notes something explains no verdict. */
function isAboutVerdict({ weight }: Issue): boolean {
  return weight !== 'note';
}

function toIssue(finding: AnyFinding, byId: ReadonlyMap<string, readonly ResultFlow[]>): Issue {
  const { code, severity, message, advice, args, vantages, rules = [], accepted = null } = finding;
  const flows = finding.flows
    .flatMap((id) => byId.get(id) ?? [])
    .filter(({ vantage }) => vantage === null || (vantages?.includes(vantage) ?? true));
  const host = typeof args.host === 'string' ? args.host : null;
  const cause = JSON.stringify([code, ...Object.entries(args).filter(([key]) => !WHERE.has(key))]);
  const weight = accepted === null ? weightOf(severity, flows) : 'accepted';
  return { accepted, code, severity, weight, message, advice, flows, rules, host, cause, isKnown: false };
}

/** Arguments that say where, not what. */
const WHERE: ReadonlySet<string> = new Set(['host', 'address', 'ports', 'instances', 'inSiteFile']);

function weightOf(severity: Issue['severity'], flows: readonly ResultFlow[]): Weight {
  if (severity === 'error' || flows.some(({ verdict }) => verdict === 'fail')) return 'fail';
  if (severity === 'warning') return 'warning';
  return flows.some(({ verdict }) => verdict === 'unproven') ? 'unproven' : 'note';
}

function unexplained(flows: readonly ResultFlow[]): Issue {
  const [one] = flows;
  const isFailure = one?.verdict === 'fail';
  const { host = '', role = '', expected = 'reachable', seen = '', accepted = null } = one ?? {};
  return {
    code: isFailure ? 'failed' : 'unproven',
    severity: isFailure ? 'error' : 'note',
    weight: accepted !== null ? 'accepted' : isFailure ? 'fail' : 'unproven',
    accepted,
    message: ended(`${portsLabel(flows)} on ${host}: must be ${expected} for ${role}; ${seen}`),
    advice: [],
    flows,
    rules: [],
    host,
    cause: JSON.stringify(['', role, expected, seen]),
    isKnown: false,
  };
}

const NOTHING_ASKED: Issue = {
  code: 'nothing-asked',
  severity: 'note',
  weight: 'unproven',
  accepted: null,
  message: 'No flow was checked: nothing is proven.',
  advice: [],
  flows: [],
  rules: [],
  host: null,
  cause: 'nothing-asked',
  isKnown: false,
};
