import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { groupBy } from '../../group-by.ts';
import { FAMILIES, formatAddress } from '../../net/address.ts';
import { isWithin, overlaps } from '../../net/interval-set.ts';
import { addressList, unasked } from '../trace/address-list.ts';
import type { AuditedFlow } from '../reports/audit-report.ts';
import { askAgain, mayNeedAddress, offersOf, type Open } from '../advice/ask-again.ts';
import type { Offer } from '../advice/interface-offers.ts';
import { isOfWindows, type Forbidden } from '../advice/circumstances.ts';
import { cure, goOn } from '../advice/cure.ts';
import {
  decidingEntry,
  decidingRules,
  fateShown,
  ruleRef,
  whyOpen,
  type Fate,
} from '../trace/deciding-rule.ts';
import { finding, type Finding } from '../findings/finding.ts';
import type { FindingArgs } from '../findings/registry.ts';
import { bySeverity } from '../shapes/severity.ts';
import type { At } from '../findings/at.ts';
import type { CaseCondition } from '../../firewall/proof/cases/case-condition.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
import { casesText } from '../trace/text/cases-text.ts';
import { reliedTexts } from '../trace/text/relied-texts.ts';
import { causeFindings } from './cause-findings.ts';
import type { JudgedAccess } from './causes.ts';
import { isUnstated } from './audit-verdict.ts';
import type { Audited } from './judge-audit.ts';
import { reservedPorts } from './reserved-ports.ts';
import { portsLabel } from '../reports/label.ts';
import { nothingListens } from './nothing-listens.ts';
import { unstatedFindings } from './unstated-findings.ts';
import { neighbourProtocol } from '../advice/neighbour-advice.ts';
import type { Reason } from '../../firewall/model/reason.ts';
import { decidedClauses, otherClause } from '../trace/text/decided-text.ts';
import { tellingWitness } from '../trace/telling-witness.ts';
import { say } from '../findings/step.ts';
import { isOfMissingFile, settlingSteps } from '../advice/settling-advice.ts';
import { labelsInOrder, ruleLabel } from '../trace/rule-label.ts';
import type { ByRuleset, PartArgs } from '../findings/by-ruleset.ts';
import type { Proof } from '../../firewall/proof/proof.ts';
import { countOf, type DecidedBy } from '../trace/decided-by.ts';
import { addressesText } from '../trace/text/count-text.ts';
import { onlyOfAll } from '../trace/text/only-text.ts';
import { reasonsText } from '../trace/text/reason-text.ts';

/** One finding for all flows of a host and role that one rule lets down alike, failures first. */
export function auditFindings(judged: readonly JudgedAccess[]): readonly Finding[] {
  const open = judged
    .filter(({ result, audited }) => result.verdict !== 'pass' && !isUnstated(audited))
    .map(explain);
  const causes = causeFindings(judged, placeOf);
  const caused = new Set(causes.flatMap(({ flows }) => flows));
  const grouped = groupBy(open, ({ key }) => key);
  const offers = grouped.flatMap(([one]) =>
    one?.fate === 'undecided' ? offersOf(openOf(one), one.audited.circumstances.invocation) : [],
  );
  const groups = grouped.flatMap((group) =>
    toFinding(
      group,
      offers,
      group.every(({ result }) => caused.has(result.id)),
      forbiddenOf(judged, group),
    ).map((one) => ({
      ...one,
      rules: group[0]?.result.proof.rules ?? [],
      decidedBy: group[0]?.result.proof.decidedBy ?? [],
    })),
  );
  return [
    ...groups,
    ...causes,
    ...conditionalFindings(judged),
    ...nothingListens(judged),
    ...reservedPorts(judged, placeOf),
    ...unstatedFindings(judged, placeOf),
  ].sort(bySeverity);
}

/** One note for all flows of a host and role that get in as long as the same limits are kept. */
function conditionalFindings(judged: readonly JudgedAccess[]): readonly Finding[] {
  const open = judged.filter(
    ({ result: { verdict, proof } }) => verdict === 'pass' && proof.conditions.length > 0,
  );
  const keyOf = ({ result: { host, from, proof } }: JudgedAccess): string =>
    JSON.stringify([host, from.role, proof.conditions]);
  return groupBy(open, keyOf).flatMap((group) => {
    const [one] = group;
    if (one === undefined) return [];
    const { result, audited } = one;
    const rules = rulesTested(result.proof.conditions);
    const file = onlyFile(rules);
    const conditions = reliedTexts(result.proof.conditions, file === null);
    const sharedBy = sharingOf(result.proof.conditions, audited);
    const args = { ...atOf(group, audited), role: result.from.role, conditions, sharedBy, file };
    return [{ ...finding('conditional', args, idsOf(group)), rules }];
  });
}

/** How many addresses get in by a limit, where more than one does. */
function sharingOf(conditions: readonly CaseCondition[], { found }: Audited): string | null {
  const isLimit = conditions.some((each) => each.kind === 'test' && each.dimension === 'rate');
  const { ipv4, ipv6 } = countOf([found.proof.allowed]);
  return isLimit && BigInt(ipv4) + BigInt(ipv6) > 1n ? addressesText({ ipv4, ipv6 }) : null;
}

function idsOf(group: readonly JudgedAccess[]): readonly string[] {
  return group.map(({ result: { id } }) => id);
}

/** Of flows of one host. */
function placeOf(group: readonly JudgedAccess[]): At {
  const [one] = group;
  if (one === undefined) throw new Error('no flow to place');
  return atOf(group, one.audited);
}

function atOf(group: readonly JudgedAccess[], { flow: { host }, circumstances }: Audited): At {
  return {
    host: host.key,
    address: null,
    ports: portsLabel(group.map((each) => each.result)),
    instances: host.instances,
    inSiteFile: circumstances.site.source === 'file',
  };
}

interface Explained extends JudgedAccess {
  readonly fate: Fate;
  readonly shown: Pick<FindingArgs['undecided'], keyof ByRuleset>;
  readonly reasons: readonly Reason[];
  /** The rule or policy that decides; null where none stood in the way. */
  readonly entry: TraceEntry | null;
  /** Flows with equal keys have one cause. */
  readonly key: string;
}

function explain(one: JudgedAccess): Explained {
  const { result, audited } = one;
  const { proof, elsewhere } = audited.found;
  const fate = fateShown(result);
  const entry = decidingEntry(result.proof.trace, fate);
  const labels = decidingRules(result.proof.trace, fate).map(ruleRef).map(labelsInOrder());
  const rule = labels.length === 0 ? null : labels.join(', then ');
  const { witness: from, witnessPort } = result.proof;
  // A role is described by no more than was checked; outsiders are everybody but those who may connect.
  const free = result.expected === 'reachable' ? elsewhere : unasked(proof);
  const reasons = reasonsOf(result, entry, fate);
  const own = result.proof.decidedBy.filter((each) => each.result === fate);
  const who = {
    ...addressList(proof[fate], free),
    witness: from,
    witnessPort,
    ...partArgs(proof, fate, own),
  };
  const label = labelsInOrder();
  const decided = own.length === 0 ? labels : decidedClauses(own, label);
  const others = otherClause(
    result.proof.decidedBy.filter((each) => each.result !== fate),
    own.length === 0 ? ruleLabel : label,
  );
  const cause = { fate, who, rules: result.proof.rules, decided, others, reasons };
  const key = JSON.stringify([result.host, result.from.role, audienceOf(one), shownEntrance(audited), cause]);
  return { ...one, fate, entry, shown: { ...who, rule, decided, others }, reasons, key };
}

/** Of how many of these some connections alone fare so, and of all which, where it is the same of all. */
function partArgs(proof: Proof, fate: Fate, own: readonly DecidedBy[]): PartArgs {
  const isAll = FAMILIES.every((family) => isWithin(proof[fate][family], proof.inPart[family]));
  const isSome = FAMILIES.some((family) => overlaps(proof[fate][family], proof.inPart[family]));
  const inPart = !isSome ? 'none' : isAll ? 'all' : 'some';
  const { sourcePort = null, isEcn = false, to = null } = onlyOfAll(own) ?? {};
  return { inPart, partPort: sourcePort, isPartEcn: isEcn, partTo: to };
}

/** What would tell more of an undecided flow. */
function openOf({ audited: { flow, found, circumstances }, reasons, entry, result }: Explained): Open {
  const { cases } = result.proof;
  const namedOf = (way: 'in' | 'out'): readonly string[] | null => {
    const isReason = reasons.some(({ code }) => code === `${way}-interface`);
    const isCase = cases.some(({ conditions }) =>
      conditions.some((each) => each.kind === 'interface' && each.way === way),
    );
    // Elsewhere than on a gateway one interface is all that can be stated.
    const isOpen = isReason || (isCase && circumstances.invocation.hook === 'forward');
    if (!isOpen) return null;
    return entry === null ? [] : found.namedBy(entry, `${way}-interface`);
  };
  return {
    flow,
    ways: circumstances.strictWays ?? [],
    routes: circumstances.routedWays ?? [],
    wayOut: circumstances.wayOut ?? null,
    reasons,
    named: { in: namedOf('in'), out: namedOf('out') },
  };
}

/** Why it is undecided. */
function reasonsOf({ proof }: AuditedFlow, entry: TraceEntry | null, fate: Fate): readonly Reason[] {
  if (proof.reason !== null) return [proof.reason];
  return entry === null ? [] : whyOpen(entry, fate);
}

/** The flows of the same host that nobody else may use. */
function forbiddenOf(judged: readonly JudgedAccess[], [one]: readonly Explained[]): readonly Forbidden[] {
  return judged.flatMap(({ audited, result }) =>
    result.expected === 'blocked' && result.host === one?.result.host ? [audited] : [],
  );
}

/**
 * @param isCaused other findings tell what to do about it
 * @param forbidden flows of the host that have to stay shut
 */
function toFinding(
  group: readonly Explained[],
  offers: readonly Offer[],
  isCaused: boolean,
  forbidden: readonly Forbidden[],
): readonly Finding[] {
  const [one] = group;
  if (one === undefined) return [];
  const { fate, shown, reasons, entry, result, audited } = one;
  const flows = idsOf(group);
  const { host } = audited.flow;
  const at = atOf(group, audited);
  const { role } = result.from;
  const { circumstances } = audited;
  if (fate === 'undecided') {
    // A rule that depends on earlier packets does so wherever the host is.
    const isPlaceless = host.addresses.length === 0 && reasons.some(mayNeedAddress);
    const isRequired = result.expected === 'reachable';
    const lettingThrough =
      entry === null || !isRequired
        ? []
        : goOn(entry, audited.found.pathOf(audited.found.witness), circumstances, forbidden);
    const asked = [...askAgain(openOf(one), circumstances.invocation, offers), ...lettingThrough];
    const { cases, casesAreOfAll } = result.proof;
    const all = [...reasons, ...cases.flatMap((each) => each.reasons ?? [])];
    const settling = settlingSteps({
      ...{ reasons: all, conditions: cases.flatMap(({ conditions }) => conditions), host, as: role },
      ...{ site: circumstances.site, witness: result.proof.witness },
      argv: circumstances.invocation.argv,
      files: circumstances.invocation.files,
      isCollected: circumstances.isCollected === true,
      isWindows: isOfWindows(circumstances),
    });
    const steps = all.some(isOfMissingFile) ? [...settling, ...asked] : [...asked, ...settling];
    if (cases.length > 1) {
      const file = onlyFile(cases.flatMap((each) => [...each.rules, ...rulesTested(each.conditions)]));
      const text = casesText(cases, { withFile: file === null });
      return [finding('depends', { ...at, role, ...shown, cases: text, casesAreOfAll, file }, flows, steps)];
    }
    const isOfAll = audited.found.isOpenAlike();
    const args = { ...at, role, ...shown, reasons, why: reasonsText(reasons), isOfAll, isPlaceless };
    return [finding('undecided', args, flows, steps)];
  }
  const { found, entrance } = audited;
  const failing = { flows: group.map((each) => each.audited.flow), entrance, found, fate };
  const steps = isCaused ? [] : cure(failing, circumstances, forbidden);
  if (fate === 'allowed') {
    const witness = audited.found.packetOf(tellingWitness(audited.found).address);
    return [
      finding(
        'exposed',
        {
          ...at,
          as: role,
          audience: audienceOf(one),
          ...shown,
          packet: packetOf(one),
          header: witness?.header ?? [],
          notBy: witness?.notBy ?? [],
          knocks: knocksOf(one),
        },
        flows,
        steps,
      ),
    ];
  }
  const protocol = entry === null ? null : neighbourProtocol(entry);
  if (entry !== null && protocol !== null) {
    return [finding('neighbours-blocked', { ...at, role, ...shown, protocol }, flows, steps)];
  }
  const names = (circumstances.misspelled ?? []).filter(({ who }) => who === null || who === role);
  const first = names.map(({ name, nearest }) =>
    say(`No rule tests the interface ${name}: did you mean ${nearest}? If ${name} is right:`),
  );
  const code = result.proof.result === 'blocked' ? 'blocked' : 'partly-blocked';
  return [finding(code, { ...at, role, ...shown }, flows, [...first, ...steps])];
}

function rulesTested(conditions: readonly CaseCondition[]): readonly RuleRef[] {
  return conditions.flatMap((each) => (each.kind === 'test' && each.rule !== null ? [each.rule] : []));
}

/** That has all these rules; else null. */
function onlyFile(rules: readonly RuleRef[]): string | null {
  const [only = null, ...more] = new Set(rules.map(({ file }) => file));
  return more.length > 0 ? null : only;
}

/** A packet that gets in, as `vwaudit trace --packet` takes it; null where nobody said which address the host has. */
function packetOf({ audited, result }: JudgedAccess): string | null {
  const { flow, found, entrance, circumstances } = audited;
  const { witness, witnessPort } = result.proof;
  const isV6 = witness.includes(':');
  const known = [...flow.host.addresses, ...(circumstances.machine?.addresses ?? [])];
  const packet = found.packetOf(tellingWitness(found).address);
  const to = packet?.destination ?? known.find(({ family }) => (family === 6) === isV6);
  if (to === undefined) return null;
  const at = (address: string, port: number): string =>
    isV6 ? `[${address}]:${port}` : `${address}:${port}`;
  const by = (way: 'in' | 'out', name: string | null | undefined): string =>
    name === null || name === undefined ? '' : ` ${way} ${name}`;
  const ways = `${by('in', packet?.inInterface)}${by('out', packet?.outInterface)}`;
  return `${result.transport} ${at(witness, witnessPort ?? USUAL_PORT)} > ${at(formatAddress(to), entrance?.port ?? result.port)}${ways}`;
}

function shownEntrance({ entrance }: Audited): readonly (string | number)[] {
  return entrance === null ? [] : [entrance.port, entrance.to === null ? '' : formatAddress(entrance.to)];
}

/** The packets that put the witness on a list that lets it in, in order. */
function knocksOf({ audited: { found } }: JudgedAccess): readonly string[] {
  return found
    .knocksOf(tellingWitness(found).address)
    .map(({ transport, port, count }) => `${port}/${transport}${count > 1 ? ` ${count} times` : ''}`);
}

/** One that any client may have. */
const USUAL_PORT = 40_000;

/** Who may connect: stated roles of the endpoint's audience come to mind first, but nobody may be. */
function audienceOf({ audited: { flow } }: JudgedAccess): readonly string[] {
  return flow.endpoint.audience;
}
