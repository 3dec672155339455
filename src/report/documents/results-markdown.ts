import { groupBy } from '../../group-by.ts';
import { commandText, excuseLines, isCommand } from '../results/issue-lines.ts';
import { comparisonParts } from './compare/compare-markdown.ts';
import { escaped } from './compare/markdown-text.ts';
import { changeCounts } from '../text/parts/compared-rows.ts';
import { placeText, portText } from '../results/result-flow.ts';
import type { Issue, ResultFlow, Results, Weight } from '../results/results.ts';
import { SYMBOL } from '../text/parts/verdict-symbol.ts';

/** GitHub-flavoured Markdown: counts, what to do, and every flow; text from outside is never markup. */
export function resultsMarkdown(results: Results): string {
  const { kind, title, summary, vantages, ranAt, issues, notProbed, assumptions, setAside } = results;
  const { pass, fail, unproven, accepted = 0 } = summary;
  const excused = accepted > 0 ? ` · ${SYMBOL.accepted} ${accepted} accepted` : '';
  const head = [kind, ...vantages.map((one) => `as ${one}`), ...(ranAt === null ? [] : [ranAt])];
  const parts = [
    `## vwaudit: ${escaped(title)}`,
    escaped(head.join(' · ')),
    `**${SYMBOL.pass} ${pass} proven · ${SYMBOL.fail} ${fail} failed · ${SYMBOL.unproven} ${unproven} unproven${excused}** of ${pass + fail + unproven + accepted}`,
    ...baselineParts(results),
    ...(issues.length === 0 ? [] : ['### Findings', ...issues.map(issueItem)]),
    ...(results.flows.length === 0 ? [] : ['### Flows', ...flowTables(results)]),
    ...(notProbed.length === 0
      ? []
      : [
          '### Not probed',
          list(notProbed.map(({ host, endpoint, reason }) => `${endpoint} on ${host}: ${reason}`)),
        ]),
    ...(assumptions.length === 0 ? [] : ['### Assumed', list(assumptions)]),
    ...(setAside.length === 0 ? [] : ['### Rules for other programs', list(setAside)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What changed since an earlier report. */
function baselineParts({ baseline }: Results): readonly string[] {
  if (baseline === null) return [];
  const gone = baseline.findings.filter(({ change }) => change === 'gone');
  const since = baseline.startedAt === null ? '' : ` (${baseline.startedAt})`;
  return [
    '### Compared with the baseline',
    `${escaped(`${baseline.file}${since}`)}: **${changeCounts(baseline)}**`,
    ...comparisonParts({ ...baseline, findings: gone }, '####'),
  ];
}

const WORD: Readonly<Record<Weight, string>> = {
  fail: '✗ **failed**',
  warning: '! **warning**',
  unproven: '? **unproven**',
  accepted: '~ **accepted**',
  note: 'i **note**',
};

function issueItem(issue: Issue): string {
  const { weight, code, message, advice, isKnown } = issue;
  const steps = advice.map((line, index) => {
    if (!isCommand(line)) return `  ${escaped(line)}`;
    const isFirst = !isCommand(advice[index - 1] ?? '');
    return `${isFirst ? '\n' : ''}      ${commandText(line)}`;
  });
  const known = isKnown ? ', known since the baseline' : '';
  const excuse = excuseLines(issue).map((line) => `  ${escaped(line)}`);
  return [`- ${WORD[weight]} (${escaped(code)}${known}): ${escaped(message)}`, ...excuse, ...steps].join(
    '\n',
  );
}

function flowTables({ flows }: Results): readonly string[] {
  return groupBy(flows, ({ host, vantage }) => `${host} ${vantage ?? ''}`).map((group) => {
    const { host = '', vantage = null } = group[0] ?? {};
    const rows = [
      ['', 'Port', 'Endpoint', 'From', 'At', 'Must be', 'Seen', 'Verdict'],
      ...group.map(flowRow),
    ];
    const [head = [], ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`);
    const rule = `|${' --- |'.repeat(8)}`;
    const caption = `**${escaped(host)}**${vantage === null ? '' : ` as ${escaped(vantage)}`}`;
    return [caption, '', head, rule, ...body].join('\n');
  });
}

function flowRow(flow: ResultFlow): readonly string[] {
  const { verdict, endpoint, role, expected, seen } = flow;
  return [SYMBOL[verdict], portText(flow), endpoint, role, placeText(flow), expected, seen, verdict].map(
    escaped,
  );
}

function list(texts: readonly string[]): string {
  return texts.map((text) => `- ${escaped(text)}`).join('\n');
}
