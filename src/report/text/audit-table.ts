import { groupBy } from '../../group-by.ts';
import type { AuditedFlow, AuditReport } from '../../verdict/reports/audit-report.ts';
import { ruleLabel } from '../../verdict/trace/rule-label.ts';
import { portsText, purposeText } from '../../verdict/reports/label.ts';
import { headline } from './audit/headline.ts';
import { decidedText, resultWord, type Detail } from './audit/row.ts';
import { baselineLines } from './parts/baseline-lines.ts';
import { renderColumns, visibleWidth } from './parts/columns.ts';
import { findingList } from './parts/finding-list.ts';
import { headed } from './parts/headed.ts';
import { paragraph } from './parts/paragraph.ts';
import type { Style } from '../style.ts';
import { summaryLine } from './parts/summary-line.ts';
import { shownVerdict, SYMBOL, VERDICT_TONE } from './parts/verdict-symbol.ts';

/** What is wrong in a sentence, then one table a host: every flow, what happens to it and the rule that decides; then what to do, and what was taken for granted. */
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
  const aside = style.isVerbose === true ? setAsideLines(report, style) : [];
  const parts = [...headline(report, style), ...tables, '', counts, ...after, '', ...assumed, ...aside];
  return ['', ...parts, ''].join('\n');
}

/** The rules that count for no flow, each with its place. */
function setAsideLines({ setAside = [] }: AuditReport, style: Style): readonly string[] {
  if (setAside.length === 0) return [];
  const rules = setAside.map((rule) => paragraph('  ', ruleLabel(rule), style));
  return ['', style.paint.strong('Rules for other programs'), ...rules];
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
  const known = [...new Set(report.interfaces.map(({ who, name: by }) => ` ${whose(who)}${by}`))];
  const more = known.length > MAX_INTERFACES ? ` and ${known.length - MAX_INTERFACES} more` : '';
  const through = `${known.slice(0, MAX_INTERFACES).join('')}${more}`;
  return headed(name, `${parts} · rules on ${hook}${through}`, style);
}

/** A machine has routes to more networks than one line takes. */
const MAX_INTERFACES = 6;

/** A whole family is what a site file calls `other`. */
function whose(who: string | null): string {
  return who === null ? '' : `${who === '0.0.0.0/0' || who === '::/0' ? 'other' : who}=`;
}

/** Rows of flows that fare alike for the same reason; what decides goes on lines of its own where it does not fit beside them. */
function table(flows: readonly AuditedFlow[], style: Style): string {
  const files = new Set(flows.flatMap(({ proof }) => proof.trace.map(({ file }) => file)));
  const withFile = files.size > 1;
  const isVerbose = style.isVerbose === true;
  const groups = groupBy(flows, (flow) => (isVerbose ? flow.id : likeness(flow, withFile)));
  const named = cellsOf(groups, style, true);
  const rows = roomBeside(named, style) < MIN_BESIDE ? cellsOf(groups, style, false) : named;
  const beside = roomBeside(rows, style);
  const room = beside < MIN_BESIDE ? 0 : beside;
  const texts = rows.map(({ group }) => textOf(group, { withFile, isVerbose }, room));
  const lines = renderColumns({
    head: room === 0 ? HEAD.slice(0, 2) : HEAD,
    rows: rows.map(({ cells }, at) => [...cells, (texts[at]?.length ?? 0) <= room ? (texts[at] ?? '') : '']),
    flexible: null,
    style,
  }).split('\n');
  const [head = '', ...rest] = lines;
  return [
    head,
    ...rest.flatMap((line, at) => {
      const text = texts[at] ?? '';
      return text === '' || text.length <= room ? [line] : [line, paragraph(BELOW, text, style)];
    }),
  ].join('\n');
}

interface Row {
  readonly group: readonly AuditedFlow[];
  readonly cells: readonly [flow: string, result: string];
}

/** @param isNamed whose ports these are is said too */
function cellsOf(
  groups: readonly (readonly AuditedFlow[])[],
  style: Style,
  isNamed: boolean,
): readonly Row[] {
  const roles = Math.max(...groups.map(([flow]) => flow?.from.role.length ?? 0));
  const ports = Math.max(...groups.map((group) => portsText(group).length));
  return groups.flatMap((group): readonly Row[] => {
    const [flow] = group;
    if (flow === undefined) return [];
    const name = isNamed ? purposeText(group) : '';
    const padded =
      name === '' ? portsText(group) : `${portsText(group).padEnd(Math.min(ports, MAX_PADDING))}  ${name}`;
    return [{ group, cells: [`${flow.from.role.padEnd(roles)} → ${padded}`, resultText(flow, style)] }];
  });
}

function roomBeside(rows: readonly Row[], { width }: Style): number {
  const widest = (column: 0 | 1): number =>
    Math.max(...rows.map(({ cells }) => visibleWidth(cells[column])), HEAD[column]?.length ?? 0);
  return (width ?? Infinity) - widest(0) - widest(1) - MARGINS;
}

const HEAD = ['FLOW', 'RESULT', 'DECIDED BY'];

/** Before and between the columns. */
const MARGINS = 6;

/** Less room beside the flow is used for none. */
const MIN_BESIDE = 16;

const BELOW = ' '.repeat(6);

/** Flows with the same text are one row. */
function likeness(flow: AuditedFlow, withFile: boolean): string {
  const reason = decidedText(flow, { withFile, amount: 'bare' });
  return JSON.stringify([flow.from.role, flow.transport, resultWord(flow), shownVerdict(flow), reason]);
}

/** The longest that fits beside the flow and is true of all of the row; numbers of addresses need not be. */
function textOf(
  group: readonly AuditedFlow[],
  { withFile, isVerbose }: { readonly withFile: boolean; readonly isVerbose: boolean },
  room: number,
): string {
  const common = (amount: Detail['amount']): string | null => {
    const [text, ...others] = new Set(group.map((flow) => decidedText(flow, { withFile, amount })));
    return text === undefined || others.length > 0 ? null : text;
  };
  const short = common('places') ?? common('bare') ?? '';
  if (isVerbose) return common('whole') ?? short;
  const bare = common('bare') ?? '';
  return [short, bare].find((text) => text.length <= room) ?? (isCounted(short) ? short : bare);
}

/** How many addresses each rule takes is worth a line of its own, the text of one rule, which findings show, is not. */
function isCounted(text: string): boolean {
  return text.includes(' · ');
}

/** A longer list of ports runs on into the names. */
const MAX_PADDING = 24;

function resultText(flow: AuditedFlow, { paint }: Style): string {
  const shown = shownVerdict(flow);
  return paint[VERDICT_TONE[shown]](`${SYMBOL[shown]} ${resultWord(flow)}`);
}
