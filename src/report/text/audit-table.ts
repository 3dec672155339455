import { groupBy } from '../../group-by.ts';
import type { AuditedFlow, AuditReport } from '../../verdict/reports/audit-report.ts';
import {
  decidingEntry,
  decidingRules,
  fateShown,
  ruleRef,
  whyOpen,
  type Fate,
} from '../../verdict/trace/deciding-rule.ts';
import { endpointLabel, portsLabel } from '../../verdict/reports/label.ts';
import { caseText, reliedText } from '../../verdict/trace/condition-text.ts';
import { decidedPlaces } from '../../verdict/trace/decided-text.ts';
import { rulePlace, ruleText } from '../../verdict/trace/rule-label.ts';
import { reasonsText } from '../../verdict/trace/reason-text.ts';
import { baselineLines } from './parts/baseline-lines.ts';
import { renderColumns } from './parts/columns.ts';
import { findingList } from './parts/finding-list.ts';
import { paragraph } from './parts/paragraph.ts';
import type { Style } from '../style.ts';
import { summaryLine } from './parts/summary-line.ts';
import { shownVerdict, SYMBOL, VERDICT_TONE } from './parts/verdict-symbol.ts';

/** One table a host: every flow, what happens to it and the rule that decides; then what to do, and what was taken for granted. */
export function auditTable(report: AuditReport, style: Style): string {
  const groups = groupBy(report.flows, ({ host }) => host);
  const tables = groups.flatMap((flows) => ['', heading(flows, report, style), '', table(flows, style)]);
  const findings = findingList(report.findings, style);
  const { summary, baseline } = report;
  const counts = [summaryLine(summary, null, style, baseline?.known), ...baselineLines(baseline, style)].join(
    '\n',
  );
  const assumed = report.assumptions.map((assumption) => paragraph('- assumed ', assumption, style));
  const after = findings.length > 0 ? ['', ...findings] : [];
  return [...tables, '', counts, ...after, '', ...assumed, ''].join('\n');
}

function heading(
  flows: readonly AuditedFlow[],
  { site, hook, ...report }: AuditReport,
  style: Style,
): string {
  const { host = '' } = flows[0] ?? {};
  const { addresses = [], instances = 0, allocator = false } = site.hosts[host] ?? {};
  const name = addresses.length === 0 || addresses[0] === host ? host : `${host}  ${addresses.join(' ')}`;
  const parts = `${instances} ${instances === 1 ? 'instance' : 'instances'}${allocator ? ' + allocator' : ''}`;
  const through = report.interfaces
    .map(({ who, name: by }) => ` ${who === null ? '' : `${who}=`}${by}`)
    .join('');
  return `${style.paint.strong(name)} · ${parts} · rules on ${hook}${through}`;
}

function table(flows: readonly AuditedFlow[], style: Style): string {
  const files = new Set(flows.flatMap(({ proof }) => proof.trace.map(({ file }) => file)));
  const withFile = files.size > 1;
  const groups = groupBy(flows, (flow) =>
    style.isVerbose === true
      ? flow.id
      : JSON.stringify([
          flow.from.role,
          flow.transport,
          resultWord(flow),
          shownVerdict(flow),
          decidedBy(flow, withFile),
        ]),
  );
  const roles = Math.max(...flows.map(({ from }) => from.role.length));
  const results = Math.max(...flows.map((flow) => resultWord(flow).length + 2));
  const ports = Math.max(...groups.map((group) => portsOf(group).length));
  const rows = groups.flatMap((group) => {
    const [flow] = group;
    if (flow === undefined) return [];
    const name = namesOf(group);
    const padded =
      name === '' ? portsOf(group) : `${portsOf(group).padEnd(Math.min(ports, MOST_PADDING))}  ${name}`;
    const from = `${flow.from.role.padEnd(roles)} → ${padded}`;
    const whole = decidedBy(flow, withFile);
    const room = (style.width ?? Infinity) - from.length - results - MARGINS;
    const decided = whole.length <= room ? whole : decidedBy(flow, withFile, true);
    return [[from, resultText(flow, style), decided]];
  });
  return renderColumns({ head: ['FLOW', 'RESULT', 'DECIDED BY'], rows, flexible: 2, style });
}

/** A longer list of ports runs on into the names. */
const MOST_PADDING = 24;

/** `102, 10100-10103/tcp` */
function portsOf(group: readonly AuditedFlow[]): string {
  const [flow, second] = group;
  return flow === undefined || second === undefined
    ? `${flow?.port ?? ''}/${flow?.transport ?? ''}`
    : portsLabel(group);
}

/** Whose port it is; of several what they are for. */
function namesOf(group: readonly AuditedFlow[]): string {
  const labels = group.map(({ endpoint }) => endpointLabel(endpoint));
  const [only, second] = labels;
  if (only !== undefined && second === undefined) return `${only.owner} ${only.purpose}`;
  const purposes = new Set(labels.map(({ purpose }) => purpose));
  return purposes.size > 1 ? '' : [...purposes].join();
}

function resultText(flow: AuditedFlow, { paint }: Style): string {
  const verdict = shownVerdict(flow);
  return paint[VERDICT_TONE[verdict]](`${SYMBOL[verdict]} ${resultWord(flow)}`);
}

/** What goes wrong for some is said, whatever is left open for others. */
function resultWord({ verdict, expected, proof: { result } }: AuditedFlow): string {
  if (verdict !== 'fail') return result;
  if (expected === 'blocked') return 'exposed';
  return result === 'undecided' || result === 'depends' ? 'partly' : result;
}

const NOTHING: Readonly<Record<Fate, string>> = {
  allowed: 'no rule blocks it',
  blocked: 'no address of its family',
  undecided: '',
};

/** Before and between the columns. */
const MARGINS = 8;

/** @param isShort the place without the text of the rule, which findings show */
function decidedBy(flow: AuditedFlow, withFile: boolean, isShort = false): string {
  const fate = fateShown(flow);
  const { trace, why } = flow.proof;
  const { cases, conditions } = flow.proof;
  if (fate === 'undecided' && cases.length > 1)
    return cases.map((each) => caseText(each, withFile)).join(' · ');
  const entry = decidingEntry(trace, fate);
  if (entry === null) return why ?? NOTHING[fate];
  const relied = conditions.flatMap((each) => (each.kind === 'test' ? [reliedText(each, withFile)] : []));
  const kept = relied.length === 0 ? '' : `, while ${relied.join(' and ')}`;
  const own = flow.proof.decidedBy.filter(({ result }) => result === fate);
  const others = flow.proof.decidedBy.filter(({ result }) => result !== fate);
  if (own.length > 1 || (own.length > 0 && others.length > 0)) {
    return `${decidedPlaces(own, others, withFile)}${kept}`;
  }
  const [first = entry, ...then] = decidingRules(trace, fate);
  const place = rulePlace(ruleRef(first), { withFile });
  const onward = then.map((each) => `, then ${rulePlace(ruleRef(each), { withFile })}`).join('');
  const reason = fate === 'undecided' ? `: ${reasonsText(whyOpen(entry, fate))}` : '';
  return `${place}${isShort ? '' : `  ${ruleText(ruleRef(first))}`}${onward}${reason}${kept}`;
}
