import { groupBy } from '../../group-by.ts';
import type { LogView } from '../check/checked.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { portsLabel } from '../reports/label.ts';
import { reducedFinding } from '../reports/reduced-finding.ts';
import type { FlowResult } from '../reports/report.ts';
import type { SavedCheck } from '../reports/check-report.ts';
import { summarize } from '../reports/summarize.ts';
import { logSilence } from '../check/findings/silence-findings.ts';
import { verdictOf } from '../check/verdict-of.ts';
import { isStoppedBefore } from '../check/combine-evidence.ts';

/** A flow that a listen log says more of than the probe did. */
interface Joined {
  readonly before: FlowResult;
  readonly after: FlowResult;
}

/**
 * A saved check with what listen logs prove of its flows, judged as `check --listen-log` would have.
 * @param views in the order of the flows
 */
export function joinListenLog(report: SavedCheck, views: readonly (LogView | null)[]): SavedCheck {
  const doubted = new Set(
    report.findings.filter(({ code }) => !SETTLED.has(code)).flatMap(({ flows }) => flows),
  );
  const joined = report.flows.map((before, index): Joined => {
    const view = views[index] ?? null;
    return { before, after: view === null ? before : join(before, view, doubted.has(before.id)) };
  });
  const changed = joined.filter(
    ({ before, after }) => before.state !== after.state || before.reason !== after.reason,
  );
  const flows = joined.map(({ after }) => after);
  const settled = new Set(changed.map(({ before }) => before.id));
  const left = report.findings.flatMap((one) =>
    SETTLED.has(one.code) ? reducedFinding(one, settled, flows) : [one],
  );
  const silence = logSilence(changed.map(({ after }) => after));
  return {
    ...{ ...report, flows },
    findings: [...left, ...found(changed, report), ...silence],
    summary: summarize(flows),
  };
}

/** Findings about what was seen of a port alone, which a log settles; every other one keeps a flow unproven. */
const SETTLED: ReadonlySet<string> = new Set([
  'closed',
  'filtered',
  'udp-silent',
  'blocked-unproven',
  'silent-drop',
  'icmp-rate-limited',
  'unreachable',
  'stand-in',
]);

function join(flow: FlowResult, { kind, evidence }: LogView, isDoubted: boolean): FlowResult {
  const { state, expected } = flow;
  const joined = flow.evidence.includes(evidence) ? flow.evidence : [evidence, ...flow.evidence];
  if (kind === 'nothing-arrived' && state === 'open' && expected === 'reachable') {
    const verdict = flow.verdict === 'pass' ? 'unproven' : flow.verdict;
    return { ...flow, reason: 'intercepted', evidence: joined, verdict };
  }
  const now =
    kind === 'arrived' && state !== 'open'
      ? 'open'
      : kind === 'nothing-arrived' && isStoppedBefore(flow)
        ? 'filtered'
        : null;
  if (now === null) return { ...flow, evidence: joined };
  const seen = { state: now, reason: 'listen-log', application: null } as const;
  const verdict = verdictOf(expected, seen, { addressAnswered: false });
  // Silence may be the answer to having been asked, and a datagram that arrived is not taken back.
  const isOpen = isDoubted && verdict !== 'fail';
  return {
    ...flow,
    state: now,
    reason: 'listen-log',
    evidence: joined,
    verdict: isOpen ? 'unproven' : verdict,
    ...(now === 'open' && { standIn: true }),
  };
}

/** Findings for what only the log shows, one for each cause at each address. */
function found(changed: readonly Joined[], { site, vantage }: SavedCheck): readonly Finding<string>[] {
  const groups = groupBy(changed, ({ before, after }) =>
    [after.host, after.address, after.verdict, after.expected, after.state, isRefused(before)].join(' '),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { before, after } = first;
    const at = {
      host: after.host,
      address: after.address,
      ports: portsLabel(group.map((one) => one.after)),
      instances: site.hosts[after.host]?.instances ?? 0,
      inSiteFile: site.source === 'file',
    };
    const ids = group.map((one) => one.after.id);
    const conflict =
      after.state === 'open' && isRefused(before)
        ? [
            finding(
              'evidence-conflict',
              { ...at, seen: 'open (listen-log)', but: `what came back was ${before.reason}` },
              ids,
            ),
          ]
        : [];
    if (after.reason === 'intercepted')
      return [finding('intercepted', { ...at, controls: [], why: 'not-arrived' }, ids)];
    const standIn = after.state === 'open' ? [finding('stand-in', at, ids)] : [];
    if (after.verdict !== 'fail') return [...conflict, ...standIn];
    if (after.expected === 'blocked')
      return [
        ...conflict,
        ...standIn,
        finding('exposed', { ...at, as: vantage.as, audience: INTERNAL }, ids),
      ];
    return [...conflict, finding('filtered', { ...at, reason: 'listen-log', hostAnswers: true }, ids)];
  });
}

/** Only UDP probes carry a nonce, and all UDP ports are between allocator and servers, whichever way. */
const INTERNAL = ['allocator', 'server'] as const;

function isRefused({ state }: FlowResult): boolean {
  return state === 'closed' || state === 'filtered';
}
