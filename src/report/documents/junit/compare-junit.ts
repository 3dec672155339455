import type {
  CompareReport,
  ComparedFinding,
  ComparedFlow,
  Side,
} from '../../../verdict/reports/compare-report.ts';
import { REGRESSION } from '../../text/parts/compared-rows.ts';
import { shownVerdict } from '../../text/parts/verdict-symbol.ts';
import { junitXml, type Outcome, type TestCase } from './junit-xml.ts';

/** A test case a flow of either report: a regression is `<failure>`; what fails or is unproven as before, or is gone, is `<skipped>`. */
export function compareJunit(report: CompareReport): string {
  const { site, flows, findings, after } = report;
  const title = site.name ?? Object.keys(site.hosts).join(', ');
  const flowless = findings.filter(({ isRegression, flows: ids }) => isRegression && ids.length === 0);
  return junitXml({ name: `vwaudit compare: ${title}`, durationMs: null, ranAt: after.startedAt }, [
    ...flows.map((flow) => flowCase(flow, findings)),
    ...flowless.map(({ code, message }): TestCase => ({
      suite: 'compare findings',
      name: code,
      outcome: { element: 'failure', type: code, message, text: message },
    })),
  ]);
}

function flowCase(flow: ComparedFlow, findings: readonly ComparedFinding[]): TestCase {
  const { host, address, vantage, role, port, transport, endpoint } = flow;
  const place = address === null || address === host ? host : `${host} (${address})`;
  const suite = `compare ${host}${vantage === null ? '' : ` as ${vantage}`}`;
  return {
    suite,
    name: `${role} > ${port}/${transport} ${endpoint} at ${place}`,
    outcome: outcomeOf(flow, findings),
  };
}

function outcomeOf(flow: ComparedFlow, findings: readonly ComparedFinding[]): Outcome | null {
  const { id, change, regression, before, after } = flow;
  const about = findings.filter(({ flows, change: how }) => how === 'new' && flows.includes(id));
  const text = [
    `change: ${change}`,
    `before: ${sideText(before)}`,
    `after: ${sideText(after)}`,
    ...about.flatMap(({ code, message, advice }) => ['', `${code}: ${message}`, ...advice]),
  ].join('\n');
  if (regression !== null)
    return { element: 'failure', type: regression, message: `regression: ${REGRESSION[regression]}`, text };
  if (after === null)
    return { element: 'skipped', type: 'gone', message: 'gone: only the earlier report has it', text };
  const shown = shownVerdict(after);
  if (shown === 'pass') return null;
  return { element: 'skipped', type: shown, message: `${change}: ${sideText(after)}`, text };
}

function sideText(side: Side | null): string {
  if (side === null) return 'not in the report';
  const excuse =
    side.accepted === undefined ? '' : `, accepted until ${side.accepted.until}: ${side.accepted.reason}`;
  const rules = side.rules.length === 0 ? '' : ` by ${side.rules.join(', then ')}`;
  return `${side.verdict}, ${side.seen}${rules}${excuse}`;
}
