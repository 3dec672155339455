import { groupBy } from '../../group-by.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import type { FlowResult } from '../../verdict/reports/report.ts';
import { endpointLabel } from '../../verdict/reports/label.ts';
import { assumptionLines } from './parts/assumption-lines.ts';
import { baselineLines } from './parts/baseline-lines.ts';
import { renderColumns } from './parts/columns.ts';
import { headed } from './parts/headed.ts';
import { findingLines } from './parts/finding-lines.ts';
import { skippedLines } from './parts/skipped-lines.ts';
import { shareAdvice } from './parts/share-advice.ts';
import type { Style } from '../style.ts';
import { summaryLine } from './parts/summary-line.ts';
import { shownVerdict, SYMBOL, VERDICT_TONE, type ShownVerdict } from './parts/verdict-symbol.ts';

/** One table a host and address, one line that counts, and what to do about everything that did not pass. */
export function checkTable(report: CheckReport, style: Style): string {
  const groups = groupBy(report.flows, ({ host, address }) => `${host} ${address ?? ''}`);
  const tables = groups.flatMap((flows) => ['', heading(flows, report, style), '', table(flows, style)]);
  const findings = shareAdvice(report.findings).flatMap((finding) => findingLines(finding, style));
  const after = [...assumptionLines(report, style), ...skippedLines(report.skipped, style), ...findings];
  const counts = summaryLine(report.summary, report.durationMs, style, report.baseline?.known);
  const since = baselineLines(report.baseline, style);
  return [...tables, '', counts, ...since, ...(after.length > 0 ? ['', ...after] : []), ''].join('\n');
}

function heading(flows: readonly FlowResult[], { site, vantage }: CheckReport, style: Style): string {
  const { host = '', address = null } = flows[0] ?? {};
  const summary = site.hosts[host];
  const instances = summary?.instances ?? 0;
  const parts = `${instances} ${instances === 1 ? 'instance' : 'instances'}${summary?.allocator === true ? ' + allocator' : ''}`;
  const from = vantage.addresses.length === 1 ? ` from ${vantage.addresses.join()}` : '';
  const name = address === null || address === host ? host : `${host}  ${address}`;
  return headed(name, `${parts} · seen${from} as ${vantage.as}`, style);
}

/** Round trips are left out where they would break the lines. */
function table(flows: readonly FlowResult[], style: Style): string {
  const whole = renderColumns({ head: HEAD, rows: rowsOf(flows, style, true), flexible: WHY, style });
  const isBroken = whole.split('\n').length > flows.length + 1;
  return isBroken
    ? renderColumns({ head: HEAD, rows: rowsOf(flows, style, false), flexible: WHY, style })
    : whole;
}

const HEAD = ['PORT', 'ENDPOINT', 'STATE', 'WHY', 'VERDICT'];
const WHY = 3;

function rowsOf(
  flows: readonly FlowResult[],
  style: Style,
  withTimes: boolean,
): readonly (readonly string[])[] {
  const owners = Math.max(...flows.map(({ endpoint }) => endpointLabel(endpoint).owner.length));
  return flows.map((flow) => {
    const { port, transport, endpoint, state, reason, rttMs, standIn, program } = flow;
    const { owner, purpose } = endpointLabel(endpoint);
    const time = rttMs === null || !withTimes ? '' : `  ${milliseconds(rttMs)}`;
    const name = `${owner.padEnd(owners)}  ${purpose}`;
    const by = standIn === true ? ', stand-in' : program === undefined ? '' : `, ${program}`;
    const why = `${reason}${by}${time}`;
    return [`${port}/${transport}`, name, state, why, verdictText(shownVerdict(flow), style)];
  });
}

function verdictText(verdict: ShownVerdict, { paint }: Style): string {
  return paint[VERDICT_TONE[verdict]](`${SYMBOL[verdict]} ${verdict}`);
}

function milliseconds(rttMs: number): string {
  return `${rttMs < 10 ? rttMs.toFixed(1) : Math.round(rttMs)} ms`;
}
