import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { printable } from '../../printable.ts';
import type { Site } from '../../deployment/site.ts';
import type { SocketTable, StandInProgram } from '../../sockets/socket-table.ts';
import type { Admission } from '../advice/firewall-advice.ts';
import { holdersOf, type Checked, type ExploredPort } from './checked.ts';
import { checkFindings } from './findings/check-findings.ts';
import { addressKey, type ControlView } from './control-view.ts';
import { foreignPrograms } from './foreign-programs.ts';
import type { Finding } from '../findings/finding.ts';
import { isLoopbackOnly } from './loopback-only.ts';
import { misplacedDoubt } from './misplaced-doubt.ts';
import { greetsOtherwise, isOtherProgram, NODE } from './other-program.ts';
import { openDoubt } from './proven-open.ts';
import type { FlowResult, Summary } from '../reports/report.ts';
import { summarize } from '../reports/summarize.ts';
import { verdictOf } from './verdict-of.ts';
import type { Judged } from './judged.ts';
import { combineEvidence, type CombinedEvidence } from './combine-evidence.ts';

export interface CheckJudgement {
  /** In the order given. */
  readonly flows: readonly FlowResult[];
  readonly findings: readonly Finding[];
  readonly summary: Summary;
}

/** What the judge knows beside what was seen of each flow. */
export interface JudgeContext {
  /** What was seen of ports nobody stated. */
  readonly scouted: readonly ExploredPort[];
  /** This machine's socket table where it was read: its gaps are a finding. */
  readonly table: SocketTable | null;
  /** What the ports that Viz World does not use say of each address, by {@link addressKey}. */
  readonly controls: ReadonlyMap<string, ControlView>;
  /** The control ports that refused: the host itself answers. */
  readonly refusing?: ReadonlySet<string>;
  /** Where all control ports were refused by ICMP: somebody on the way keeps everything from the address. */
  readonly refusedAlike?: ReadonlySet<string>;
  /** Whether `vwaudit listen` in place of Viz World is expected, worth a note, or a failure. */
  readonly standIn: 'expected' | 'noted' | 'refused';
  /** For commands in the advice, which is without them where it is absent. */
  readonly site?: Site;
  /** For rules in the advice, likewise. */
  readonly admission?: Admission;
}

/** Everything `check` saw, judged by the verdict table. */
export function judgeCheck(checked: readonly Checked[], context: JudgeContext): CheckJudgement {
  const { scouted, controls, refusing = new Set(), standIn } = context;
  const answered = new Set([
    ...checked.filter(isAnswer).map(({ flow }) => addressKey(flow)),
    ...scouted.filter(isAnswer).map(({ scout }) => addressKey(scout)),
    ...refusing,
  ]);
  // Where ports nobody uses answer, it need not be the host that answers.
  for (const [key, { kind, near = [] }] of controls)
    if (kind === 'answering' || (near.some(({ answers }) => answers) && !refusing.has(key)))
      answered.delete(key);
  const standInHosts = new Set([
    ...checked.filter(isStandIn).map(({ flow }) => flow.host.key),
    ...scouted
      .filter(({ observation }) => observation.standIn !== undefined)
      .map(({ scout }) => scout.host.key),
  ]);
  const foreign = foreignPrograms(checked);
  const judged = checked.map((one): Judged => {
    const evidence = combineEvidence(one);
    const mayBeStandIn =
      standIn === 'refused' &&
      isUnidentified(one, evidence) &&
      !isHeldByNamed(one) &&
      (standInHosts.has(one.flow.host.key) || mayBeHeldByStandIn(one, evidence));
    const ofOpen = openDoubt(one, evidence, controls.get(addressKey(one.flow)));
    const doubt =
      (ofOpen === 'intercepted' ? ofOpen : null) ??
      misplacedDoubt(one, evidence) ??
      ofOpen ??
      silenceDoubt(one, evidence) ??
      (mayBeStandIn ? 'may-be-stand-in' : null) ??
      (greetsOtherwise(one, evidence) ? 'other-program' : null) ??
      (foreign.has(one) && evidence.state === 'open' ? 'foreign-process' : null) ??
      (standIn === 'refused' && isOtherProgram(one, evidence, context) ? 'other-program' : null);
    const bound = boundOnly(one, evidence);
    const shown = { ...evidence, reason: bound ?? shownReason(evidence.reason, doubt) };
    const seen = { ...evidence, application: one.flow.endpoint.application };
    const verdict = verdictOf(one.flow.expected, seen, {
      addressAnswered: answered.has(addressKey(one.flow)),
      isDoubtful: doubt !== null || one.isUnstated === true,
      isBoundTooNarrowly: bound !== null,
      isRefusedStandIn: standIn === 'refused' && isStandIn(one),
    });
    const program = standIn === 'expected' ? null : programOf(one);
    return {
      checked: one,
      evidence: shown,
      doubt,
      result: { ...toResult(one, shown, verdict), ...(program !== null && { program }) },
    };
  });
  const flows = judged.map(({ result }) => result);
  const listens = (one: Judged): boolean => standInHosts.has(one.checked.flow.host.key);
  const hostAnswers = (one: Judged): boolean => answered.has(addressKey(one.checked.flow));
  return {
    flows,
    findings: checkFindings(judged, { ...context, hostAnswers, listens, foreign }),
    summary: summarize(flows),
  };
}

/** The host itself spoke: a handshake, a reset, a datagram, a port unreachable. Any other ICMP may be a router's. */
function isAnswer({ observation: { state } }: Pick<Checked, 'observation'>): boolean {
  return state === 'open' || state === 'closed';
}

/** Silence or a refusal that may be the answer to having been asked, and silence that may be lateness. */
function silenceDoubt(
  { observation: { doubt }, local }: Checked,
  { state, reason }: CombinedEvidence,
): 'reacts-to-probing' | 'late-answers' | null {
  // On this machine: nobody gets in, whatever keeps its listener from answering.
  if (reason === 'no-response' && (local?.covering.length ?? 0) > 0) return null;
  if (doubt === 'late-answers') return reason === 'no-response' ? doubt : null;
  return doubt === 'reacts-to-probing' && state !== 'open' && state !== 'error' ? doubt : null;
}

/** Open, and nothing shows whether Viz World or a stand-in holds it. */
function isUnidentified(one: Checked, { state, reason }: CombinedEvidence): boolean {
  if (state !== 'open' || isStandIn(one)) return false;
  return one.observation.isMute === true || reason === 'socket-table';
}

/** It is open here, but bound where those who need it do not reach it. */
function boundOnly(
  one: Checked,
  { state }: CombinedEvidence,
): 'loopback-only' | 'ipv4-only' | 'ipv6-only' | null {
  if (isLoopbackOnly(one) && (state === 'open' || state === 'closed')) return 'loopback-only';
  if (one.local?.unserved === undefined || state !== 'open') return null;
  return one.local.unserved === 4 ? 'ipv6-only' : 'ipv4-only';
}

/** The row says what decided: not the handshake, but that it proves nothing. */
function shownReason(reason: CombinedEvidence['reason'], doubt: Judged['doubt']): CombinedEvidence['reason'] {
  if (reason === 'not-http' || reason === 'no-http-answer') return reason;
  return doubt !== null && ANSWERED_BY_OTHERS.has(doubt) ? 'intercepted' : reason;
}

/** Doubts that somebody else answered for the host. */
const ANSWERED_BY_OTHERS: ReadonlySet<string> = new Set([
  'intercepted',
  'handshake-only',
  'reflected',
  'not-arrived',
  'other-port',
]);

const STAND_IN: StandInProgram = 'vwaudit listen';

/** Seen by its answer, by its own log, or by the program that holds the port here. */
function isStandIn({ observation, log, local }: Checked): boolean {
  const isHeld = local?.covering.some(({ process }) => process === STAND_IN) === true;
  return observation.standIn !== undefined || log?.kind === 'arrived' || isHeld;
}

/** Who has the port open on this machine, as far as it may be seen; null where nobody is known. */
function programOf(checked: Checked): string | null {
  const names = new Set(holdersOf(checked).flatMap((name) => name ?? []));
  return names.size === 0 ? null : [...names].map(printable).join(', ');
}

/** Held by Node, as a stand-in is whose command line is not shown, or by a program that may not be seen; and nothing came back. */
function mayBeHeldByStandIn(checked: Checked, { reason }: CombinedEvidence): boolean {
  return reason === 'socket-table' && holdersOf(checked).some((name) => name === null || NODE.test(name));
}

/** Every program that has the port here is shown, and none is Node. */
function isHeldByNamed(checked: Checked): boolean {
  const names = holdersOf(checked);
  return names.length > 0 && names.every((name) => name !== null && !NODE.test(name));
}

function toResult(
  one: Checked,
  { state, reason, rttMs, evidence }: CombinedEvidence,
  verdict: FlowResult['verdict'],
): FlowResult {
  const { flow, observation } = one;
  const { nonce } = observation;
  const { id, from, endpoint, host, address, expected } = flow;
  return {
    id,
    from: { role: from.role, addresses: from.addresses.map(formatPrefix) },
    endpoint: endpoint.id,
    host: host.key,
    address: address === null ? null : formatAddress(address),
    transport: endpoint.transport,
    port: endpoint.port,
    expected,
    state,
    reason,
    rttMs: rttMs === null ? null : Math.round(rttMs * 100) / 100,
    verdict,
    evidence,
    ...(isStandIn(one) && { standIn: true }),
    ...(nonce !== undefined && { nonce }),
  };
}
