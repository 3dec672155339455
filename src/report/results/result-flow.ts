import type { AuditedFlow } from '../../verdict/reports/audit-report.ts';
import type { FlowResult } from '../../verdict/reports/report.ts';
import type { DecidedBy } from '../../verdict/trace/decided-by.ts';
import { decidedClauses } from '../../verdict/trace/text/decided-text.ts';
import { shownVerdict } from '../text/parts/verdict-symbol.ts';
import type { ResultFlow } from './results.ts';

/** A probed flow; @param vantage the id of its vantage point in a merged report, else null */
export function observedFlow(flow: FlowResult, vantage: string | null): ResultFlow {
  const { id, from, host, address, endpoint, transport, port, expected, state, reason, rttMs } = flow;
  const verdict = shownVerdict(flow);
  const time = rttMs === null ? '' : `, ${rttMs.toFixed(1)} ms`;
  const standIn = flow.standIn === true ? ', vwaudit listen answered' : '';
  return {
    key: vantage === null ? id : `${id} as ${vantage}`,
    ...{ id, vantage, role: from.role, host, address, endpoint, transport, port, expected, verdict },
    isUnasked: state === 'error',
    seen: `${state} (${reason}${time}${standIn})${excuseOf(flow)}`,
    accepted: flow.accepted ?? null,
    evidence: flow.evidence,
    path: [],
  };
}

/** A flow of an audit. */
export function auditedFlow(flow: AuditedFlow): ResultFlow {
  const { id, from, host, endpoint, transport, port, expected, proof } = flow;
  const verdict = shownVerdict(flow);
  const { result, allowedFrom, blockedFrom, undecidedFrom, why, decidedBy } = proof;
  return {
    key: id,
    ...{
      id,
      vantage: null,
      role: from.role,
      host,
      address: null,
      endpoint,
      transport,
      port,
      expected,
      verdict,
    },
    isUnasked: false,
    seen: `${result}${excuseOf(flow)}`,
    accepted: flow.accepted ?? null,
    evidence: [
      ...prefixLine('allowed from', allowedFrom),
      ...prefixLine('blocked from', blockedFrom),
      ...prefixLine('undecided from', undecidedFrom),
      ...(['allowed', 'blocked'] as const).flatMap((fate) => decidedLine(fate, decidedBy)),
      ...(why === null ? [] : [why]),
    ],
    path: proof.trace,
  };
}

function decidedLine(fate: 'allowed' | 'blocked', decided: readonly DecidedBy[]): readonly string[] {
  const clauses = decidedClauses(decided.filter(({ result }) => result === fate));
  return clauses.length === 0 ? [] : [`${fate} by ${clauses.join('; ')}`];
}

/** What a flow is that an exception accepts, and why it does. */
function excuseOf({ verdict, accepted }: FlowResult | AuditedFlow): string {
  return accepted === undefined ? '' : `; ${verdict}, accepted until ${accepted.until}: ${accepted.reason}`;
}

/** More prefixes than this nobody reads; the JSON has up to 1000. */
const SHOWN = 8;

function prefixLine(what: string, prefixes: readonly string[]): readonly string[] {
  if (prefixes.length === 0) return [];
  const rest = prefixes.length - SHOWN;
  return [`${what} ${prefixes.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`];
}

/** `102/tcp` */
export function portText({ port, transport }: Pick<ResultFlow, 'port' | 'transport'>): string {
  return `${port}/${transport}`;
}

/** `maps-a (10.20.0.11)`, the address where it says more than the name. */
export function placeText({ host, address }: Pick<ResultFlow, 'host' | 'address'>): string {
  return address === null || address === host ? host : `${host} (${address})`;
}
