import { Liquid } from 'liquidjs';
import { groupBy } from '../../../group-by.ts';
import type { RunContext } from '../../results/report-format.ts';
import { commandText, excuseLines, isCommand } from '../../results/issue-lines.ts';
import { placeText, portText } from '../../results/result-flow.ts';
import type { Issue, ResultFlow, Results, Weight } from '../../results/results.ts';
import type { Style } from '../../style.ts';
import { SYMBOL } from '../../text/parts/verdict-symbol.ts';
import { cut } from './diagram-host.ts';
import { baselineView } from './baseline-view.ts';
import { matrixView } from './matrix-view.ts';
import { siteDiagram } from './site-diagram.ts';

/** The page. Its template escapes every value; there is no filter that switches that off. */
export function htmlPage(results: Results, _style: Style, { templates }: RunContext): string {
  const engine = new Liquid({
    outputEscape: 'escape',
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
  });
  engine.registerFilter('raw', (value: unknown) => value);
  return engine.parseAndRenderSync(templates['report.html.liquid'] ?? '', viewOf(results)) as string;
}

function viewOf(results: Results) {
  const { kind, title, vantages, ranAt, durationMs, summary, issues, flows, assumptions, tool } = results;
  const most = Math.max(MIN_EVIDENCE, Math.floor(MAX_EVIDENCE / Math.max(1, flows.length)));
  return {
    ...{ kind, title, vantages, summary, assumptions },
    setAside: results.setAside.slice(0, SHOWN_ASIDE),
    moreAside: Math.max(0, results.setAside.length - SHOWN_ASIDE),
    ranAt: ranAt ?? '',
    took: durationMs === null ? '' : `${(durationMs / 1000).toFixed(1)} s`,
    accepted: summary.accepted ?? 0,
    total: summary.pass + summary.fail + summary.unproven + (summary.accepted ?? 0),
    headline: headline(results),
    baseline: baselineView(results),
    diagram: siteDiagram(results),
    matrix: matrixView(results),
    findings: issues.map(findingView),
    groups: groupBy(flows, ({ host, vantage }) => JSON.stringify([host, vantage])).map((group) =>
      groupView(group, most),
    ),
    cutAt: flows.some((flow) => evidenceOf(flow).length > most) ? `${most}` : '',
    notProbed: results.notProbed.map(({ host, endpoint, reason }) => `${endpoint} on ${host}: ${reason}`),
    tool: `${tool.name} ${tool.version}`,
  };
}

function headline({ summary: { fail, unproven, accepted = 0 }, flows, issues, baseline }: Results): string {
  if (flows.length === 0) return 'No flow was checked: nothing is proven.';
  if (baseline !== null && baseline.regressions === 0 && fail > 0)
    return 'No regression; what failed before still fails: see the findings.';
  if (fail > 0) return 'Something failed: see the findings.';
  if (unproven > 0) return 'Nothing failed, but not everything is proven.';
  if (issues.some(({ code }) => code === 'not-checked'))
    return 'Everything that was checked is proven, but not every role of the site was checked.';
  return accepted > 0 ? 'Everything is proven, or accepted by an exception.' : 'Everything is proven.';
}

const WORD: Readonly<Record<Weight, string>> = {
  fail: '✗ failed',
  warning: '! warning',
  unproven: '? unproven',
  accepted: '~ accepted',
  note: 'i note',
};

/** Rules for other programs; the JSON has all. */
const SHOWN_ASIDE = 1000;

/** Of a path this much is shown; the JSON and SARIF have more. */
const SHOWN_RULES = 50;

function findingView(issue: Issue) {
  const { weight, code, message, advice, flows, isKnown } = issue;
  const path = flows.find((flow) => flow.path.length > 0)?.path ?? [];
  return {
    ...{ weight, code, message },
    word: `${WORD[weight]}${isKnown ? ', known' : ''}`,
    excuse: excuseLines(issue).join(' '),
    steps: advice.map((line) =>
      isCommand(line) ? { command: commandText(line), text: '' } : { command: '', text: line },
    ),
    path: path.slice(0, SHOWN_RULES).map(({ file, line, table, chain, effect, rule, why }) => ({
      place: `${line > 0 ? `${file}:${line}` : file} ${table} ${chain}`,
      ...{ effect, rule, why },
    })),
  };
}

/** Characters of evidence in a page, which is to stay below 2 MB, and in a row of it. */
const MAX_EVIDENCE = 450_000;
const MIN_EVIDENCE = 60;

function evidenceOf({ evidence }: ResultFlow): string {
  return evidence.join('; ');
}

/** @param most so many characters of evidence a flow */
function groupView(flows: readonly ResultFlow[], most: number) {
  const { host = '', vantage = null } = flows[0] ?? {};
  const count = (verdict: ResultFlow['verdict']): number =>
    flows.filter((flow) => flow.verdict === verdict).length;
  return {
    title: vantage === null ? host : `${host} as ${vantage}`,
    counts: `${count('pass')} proven, ${count('fail')} failed, ${count('unproven')} unproven${count('accepted') > 0 ? `, ${count('accepted')} accepted` : ''}`,
    open: count('pass') < flows.length,
    flows: flows.map((flow) => ({
      verdict: flow.verdict,
      symbol: SYMBOL[flow.verdict],
      port: portText(flow),
      endpoint: `${flow.endpoint} at ${placeText(flow)}`,
      from: flow.role,
      expected: flow.expected,
      seen: flow.seen,
      evidence: cut(evidenceOf(flow), most),
    })),
  };
}
