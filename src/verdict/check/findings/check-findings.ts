import { groupBy } from '../../../group-by.ts';
import type { Role } from '../../../deployment/role.ts';
import { printable } from '../../../printable.ts';
import { rootCauses } from '../root-causes.ts';
import { firewallAdvice, type Misruled } from '../../advice/firewall-advice.ts';
import { finding, type Finding } from '../../findings/finding.ts';
import { byPlace, idsOf, locationOf, type Judged } from '../judged.ts';
import { holdersOf, type Checked } from '../checked.ts';
import type { ForeignProgram } from '../foreign-programs.ts';
import type { JudgeContext } from '../judge-check.ts';
import { localFindings } from './local-findings.ts';
import { probingFindings } from '../probing.ts';
import { silenceFindings } from './silence-findings.ts';
import { vantageFindings } from './vantage-findings.ts';
import { bySeverity } from '../../shapes/severity.ts';

/** What the findings need beside the judged flows. */
export interface FindingContext extends Omit<JudgeContext, 'refusing'> {
  /** The address of the flow answered anything in this run. */
  readonly hostAnswers: (one: Judged) => boolean;
  /** `vwaudit listen` answers on the host of the flow. */
  readonly listens: (one: Judged) => boolean;
  /** Who has opened a port that is not Viz World's program, as far as names tell. */
  readonly foreign: ReadonlyMap<Checked, ForeignProgram>;
}

/** The findings of a check: one for each cause at each address of each host, most severe first. */
export function checkFindings(judged: readonly Judged[], context: FindingContext): readonly Finding[] {
  const roots = rootCauses(judged, context.scouted);
  const probing = [...vantageFindings(judged, context), ...probingFindings(judged, context)];
  const explained = new Set([
    ...roots.filter(({ severity }) => severity === 'error').flatMap(({ flows }) => flows),
    ...probing.filter(({ code }) => code !== 'stand-in').flatMap(({ flows }) => flows),
    ...judged.filter(isReportedElsewhere).map(({ result }) => result.id),
  ]);
  const rest = judged.filter(({ result }) => !explained.has(result.id));
  const causes = groupBy(rest, causeKey).flatMap((group) => causeOf(group, context));
  const all = [
    ...roots,
    ...causes,
    ...probing,
    ...silenceFindings(judged, context),
    ...rateLimits(judged),
    ...conflicts(judged),
    ...localFindings(judged, context),
  ];
  return all.sort(bySeverity);
}

/** Open on loopback or over one family alone, opened by a stranger, or of an instance nobody stated: a finding of its own says so. */
function isReportedElsewhere({ checked, doubt, result }: Judged): boolean {
  return (
    (doubt !== null && REPORTED_ELSEWHERE.has(doubt)) ||
    checked.isUnstated === true ||
    BOUND.has(result.reason)
  );
}

/** Doubts with a finding of their own that names other flows as well. */
const REPORTED_ELSEWHERE: ReadonlySet<string> = new Set(['foreign-process', 'other-program', 'late-answers']);

const BOUND: ReadonlySet<string> = new Set(['loopback-only', 'ipv4-only', 'ipv6-only']);

/** Flows with one cause: an answer or a refusal is one, whatever shows it. */
function causeKey({
  result: { host, address, expected, verdict, state, reason },
  evidence: { errno },
}: Judged): string {
  const cause =
    state === 'closed' || state === 'open' ? '' : state === 'error' ? `${reason} ${errno ?? ''}` : reason;
  return JSON.stringify([host, address, expected, verdict, state, cause]);
}

/** The finding for flows that share host, address, expectation, verdict, state and reason; none for those that passed. */
function causeOf(group: readonly Judged[], context: FindingContext): readonly Finding[] {
  const [one] = group;
  if (one === undefined || one.result.verdict === 'pass') return [];
  if (one.result.state === 'error') return [notAsked(one, group)];
  return [
    one.result.expected === 'reachable' ? missing(one, group, context) : notBlocked(one, group, context),
  ];
}

function missing(one: Judged, group: readonly Judged[], context: FindingContext): Finding {
  const { state, reason } = one.result;
  const isLocal = one.checked.local !== null;
  const at = { ...locationOf(group), ...(isLocal ? {} : onlyFor(group)) };
  const flows = idsOf(group);
  switch (state) {
    case 'closed':
      return finding('closed', { ...at, isLocal: isLocal && one.evidence.conflict === null }, flows);
    case 'filtered':
      if (isLocal && reason === 'no-response' && holders(one).length > 0)
        return finding('listener-silent', { ...at, process: holders(one).join(', ') }, flows);
      return finding(
        'filtered',
        { ...at, reason, hostAnswers: context.hostAnswers(one) },
        flows,
        firewallAdvice('open', context.admission, misruled(one, group)),
      );
    case 'unreachable': {
      if (reason !== 'no-such-host') return finding('unreachable', { ...at, reason }, flows);
      return finding(
        'no-such-host',
        { host: at.host, error: printable(one.evidence.errno ?? 'no address') },
        flows,
      );
    }
    case 'open|filtered':
      return finding('udp-silent', { ...at, isLocal, listens: context.listens(one) }, flows);
    default:
      return finding(reason === 'no-http-answer' ? reason : 'not-http', at, flows);
  }
}

/** The programs that listen there, as far as they may be seen; a connection to this machine reaches them unless a rule drops it. */
function holders({ checked }: Judged): readonly string[] {
  return [...new Set(holdersOf(checked).map((name) => printable(name ?? 'a program')))];
}

/** Who has to get in, where everything was claimed at once. */
function onlyFor(group: readonly Judged[]): { readonly onlyFor?: readonly string[] } {
  if (group[0]?.checked.flow.from.role !== 'all') return {};
  return { onlyFor: audienceOf(group) };
}

/** Whose connections to which ports of which host the advice is about. */
function misruled({ checked: { flow } }: Judged, group: readonly Judged[]): Misruled {
  const { host, address, from } = flow;
  return { host, address, as: from.role, audience: audienceOf(group) };
}

/** Who has to get in: the union over the ports. */
function audienceOf(group: readonly Judged[]): readonly Role[] {
  return [...new Set(group.flatMap(({ checked }) => checked.flow.endpoint.audience))];
}

function notBlocked(one: Judged, group: readonly Judged[], { admission, listens }: FindingContext): Finding {
  const { state, reason } = one.result;
  const at = locationOf(group);
  if (state !== 'open')
    return finding('blocked-unproven', { ...at, state, reason, listens: listens(one) }, idsOf(group));
  const about = misruled(one, group);
  const steps = firewallAdvice('close', admission, about);
  return finding('exposed', { ...at, as: about.as, audience: about.audience }, idsOf(group), steps);
}

function notAsked(one: Judged, group: readonly Judged[]): Finding {
  const { reason } = one.result;
  if (reason === 'interrupted') return finding('interrupted', { unasked: group.length }, idsOf(group));
  return finding('probe-error', { ...locationOf(group), reason, errno: one.evidence.errno }, idsOf(group));
}

function rateLimits(judged: readonly Judged[]): readonly Finding[] {
  const limited = judged.filter(({ checked }) => checked.observation.doubt === 'icmp-rate-limited');
  return byPlace(limited).map((group) => finding('icmp-rate-limited', locationOf(group), idsOf(group)));
}

function conflicts(judged: readonly Judged[]): readonly Finding[] {
  return judged.flatMap((one) => {
    const { conflict, state, reason } = one.evidence;
    if (conflict === null) return [];
    const args = { ...locationOf([one]), seen: `${state} (${reason})`, but: printable(conflict) };
    return [finding('evidence-conflict', args, idsOf([one]))];
  });
}
