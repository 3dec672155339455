import { formatAddress } from '../net/address.ts';
import { formatPrefix } from '../net/prefix.ts';
import type { Flow } from '../ports/flows.ts';
import type { SocketTable } from '../sockets/socket-table.ts';
import type { Checked, Scouted } from './checked.ts';
import { checkFindings } from './check-findings.ts';
import type { Finding } from './finding.ts';
import type { FlowResult, Summary } from './report.ts';
import { summarize } from './summarize.ts';
import { verdictOf } from './verdict-of.ts';
import type { Judged } from './judged.ts';
import { weigh, type Weighed } from './weigh.ts';

export interface CheckJudgement {
  /** In the order given. */
  readonly flows: readonly FlowResult[];
  readonly findings: readonly Finding[];
  readonly summary: Summary;
}

/**
 * Everything `check` saw, judged by the verdict table.
 * @param table this machine's socket table where it was read: its gaps are a finding
 */
export function judgeCheck(
  checked: readonly Checked[],
  scouted: readonly Scouted[],
  table: SocketTable | null,
): CheckJudgement {
  const answered = new Set([
    ...checked.filter(isAnswer).map(({ flow }) => addressKey(flow)),
    ...scouted.filter(isAnswer).map(({ scout }) => addressKey(scout)),
  ]);
  const judged = checked.map((one): Judged => {
    const weighed = weigh(one);
    const seen = { ...weighed, application: one.flow.endpoint.application };
    const verdict = verdictOf(one.flow.expected, seen, {
      addressAnswered: answered.has(addressKey(one.flow)),
    });
    return { checked: one, weighed, result: toResult(one, weighed, verdict) };
  });
  const flows = judged.map(({ result }) => result);
  const hostAnswers = (one: Judged): boolean => answered.has(addressKey(one.checked.flow));
  return {
    flows,
    findings: checkFindings(judged, { scouted, table, hostAnswers }),
    summary: summarize(flows),
  };
}

/** The host itself spoke: a handshake, a reset, a datagram, a port unreachable. Any other ICMP may be a router's. */
function isAnswer({ observation: { state } }: Pick<Checked, 'observation'>): boolean {
  return state === 'open' || state === 'closed';
}

function addressKey({ host, address }: Pick<Flow, 'host' | 'address'>): string {
  return `${host.key}@${address === null ? '' : formatAddress(address)}`;
}

function toResult(
  { flow, observation: { nonce } }: Checked,
  { state, reason, rttMs, evidence }: Weighed,
  verdict: FlowResult['verdict'],
): FlowResult {
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
    ...(nonce !== undefined && { nonce }),
  };
}
