import { formatAddress, type Address } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import { summarizeCases } from '../trace/summarize-cases.ts';
import type { AccessFlow } from '../../ports/access-flows.ts';
import { MAX_PREFIXES, prefixList } from '../trace/address-list.ts';
import { auditFindings } from './audit-findings.ts';
import { auditVerdict, isUnstated } from './audit-verdict.ts';
import type { AuditedFlow, ProofSummary } from '../reports/audit-report.ts';
import type { Circumstances, Entrance } from '../advice/circumstances.ts';
import type { Finding } from '../findings/finding.ts';
import type { Summary, Verdict } from '../reports/report.ts';
import { summarize } from '../reports/summarize.ts';
import { openReason } from '../trace/open-reason.ts';
import { tellingWitness } from '../trace/telling-witness.ts';
import { reasonText } from '../trace/text/reason-text.ts';
import { decidedBy } from '../trace/decided-by.ts';
import { tracedRules } from '../trace/traced-rule.ts';
import { decidingRules, ruleRef } from '../trace/deciding-rule.ts';

/** A flow and what the firewall of its host was proven to do with it: what the judge of `audit` starts from. */
export interface Audited {
  readonly flow: AccessFlow;
  readonly found: AccessProof;
  /** What was found is about who gets to the port from there; null: about who asks for the port itself. */
  readonly entrance: Entrance | null;
  /** What advice has to know. */
  readonly circumstances: Circumstances;
}

export interface AuditJudgement {
  /** In the order given. */
  readonly flows: readonly AuditedFlow[];
  readonly findings: readonly Finding[];
  readonly summary: Summary;
}

export function judgeAudit(audited: readonly Audited[]): AuditJudgement {
  // Flows that share a proof share what is said of it: listing a long blocklist's gaps takes its time.
  const summaries = new Map<AccessProof, ProofSummary>();
  const summaryOf = ({ flow, found }: Audited): ProofSummary => {
    const summary = summaries.get(found) ?? toSummary(found, auditVerdict(flow.expected, found.proof));
    summaries.set(found, summary);
    return summary;
  };
  const judged = audited.map((one) => ({ audited: one, result: toResult(one, summaryOf(one)) }));
  const flows = judged.map(({ result }) => result);
  return { flows, findings: auditFindings(judged), summary: summarize(flows) };
}

function toResult(audited: Audited, proof: ProofSummary): AuditedFlow {
  const { flow, found } = audited;
  const { id, role, permitted, endpoint, host, expected } = flow;
  return {
    id,
    from: { role, addresses: role === 'outsider' ? [] : permitted.map(formatPrefix) },
    endpoint: endpoint.id,
    host: host.key,
    transport: endpoint.transport,
    port: endpoint.port,
    expected,
    verdict: isUnstated(audited) ? 'unproven' : auditVerdict(expected, found.proof),
    proof,
  };
}

function toSummary(found: AccessProof, verdict: Verdict): ProofSummary {
  const { proof, unspoken, isOrderOpen, noWay, elsewhere } = found;
  const { resultByCase, allowed, blocked, undecided, inPart } = proof;
  const { address, trace } = tellingWitness(found);
  const allowedFrom = prefixList(allowed, elsewhere);
  const blockedFrom = prefixList(blocked, elsewhere);
  const undecidedFrom = prefixList(undecided, elsewhere);
  const inPartFrom = prefixList(inPart, elsewhere);
  const isUndecided = found.fate === 'undecided';
  const cases = isUndecided ? summarizeCases(found.casesOf(address)) : [];
  const reason = openReason({
    ...{ unspoken, isOrderOpen, noWay, isUndecided, isCut: found.isCut(), trace },
    isToldOtherwise: cases.length > 1,
  });
  return {
    result: resultByCase,
    allowedFrom,
    blockedFrom,
    undecidedFrom,
    inPartFrom,
    isCut: [allowedFrom, blockedFrom, undecidedFrom, inPartFrom].some(({ length }) => length >= MAX_PREFIXES),
    witness: formatAddress(address),
    witnessPort: verdict === 'pass' ? null : (found.packetOf(address)?.sourcePort ?? null),
    reason,
    why: reason === null ? null : reasonText(reason),
    cases,
    casesAreOfAll: cases.length > 1 && found.areCasesOfAll(address),
    conditions: conditionsOf(found, address),
    rules: decidingRules(trace, found.fate).map(ruleRef),
    decidedBy: decidedBy(found, resultsFirst(found.fate), elsewhere),
    trace: tracedRules(trace),
  };
}

/** That of the witness comes first. */
function resultsFirst(fate: AccessProof['fate']): readonly ('allowed' | 'blocked')[] {
  return fate === 'blocked' ? ['blocked', 'allowed'] : ['allowed', 'blocked'];
}

/** What the witnesses of the largest shares rely on. */
function conditionsOf(found: AccessProof, witness: Address): ProofSummary['conditions'] {
  if (found.fate !== 'allowed') return found.conditionsOf(witness);
  const witnesses = found.sharesOf('allowed').largest.slice(0, MAX_FOLLOWED);
  const all = witnesses.flatMap((share) => found.conditionsOf(share.witness));
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

const MAX_FOLLOWED = 8;
