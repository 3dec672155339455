import type { CompareReport, ComparedFinding } from '../../../verdict/reports/compare-report.ts';
import {
  afterWithRules,
  changeCounts,
  comparedRows,
  movedLines,
  REGRESSION,
} from '../../text/parts/compared-rows.ts';
import { escaped } from './markdown-text.ts';

/** GitHub-flavoured Markdown: what changed between two reports; text from outside is never markup. */
export function compareMarkdown(report: CompareReport): string {
  const { site, of, before, after } = report;
  const title = site.name ?? Object.keys(site.hosts).join(', ');
  const parts = [
    `## vwaudit compare: ${escaped(title)}`,
    escaped(`${of} · ${before.file}${at(before)} → ${after.file}${at(after)}`),
    `**${changeCounts(report)}**`,
    ...comparisonParts(report, '###'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function at({ startedAt }: CompareReport['before']): string {
  return startedAt === null ? '' : ` (${startedAt})`;
}

/** The tables and lists of what changed; `level` is the mark of their headings. */
export function comparisonParts(
  comparison: Pick<CompareReport, 'flows' | 'findings' | 'moved'>,
  level: string,
): readonly string[] {
  const { findings } = comparison;
  const rows = comparedRows(comparison).map((row) => {
    const { first, ports, name, from, before } = row;
    const { host, address, change, regression } = first;
    const place = address === null || address === host ? host : `${host} (${address})`;
    const why = regression === null ? '' : `✗ regression: ${REGRESSION[regression]}`;
    return [change, why, `${from} → ${ports} ${name}`, place, before, afterWithRules(row)].map(escaped);
  });
  const head = ['Change', '', 'Flow', 'At', 'Before', 'After'];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const added = findings.filter(({ change }) => change === 'new');
  const gone = findings.filter(({ change }) => change === 'gone');
  const moved = movedLines(comparison).map((line) => `- ${escaped(line)}`);
  return [
    ...(moved.length === 0 ? [] : [moved.join('\n')]),
    ...(rows.length === 0 ? [] : [`${level} What changed`, table]),
    ...(added.length === 0 ? [] : [`${level} New findings`, list(added)]),
    ...(gone.length === 0 ? [] : [`${level} No longer found`, list(gone)]),
  ];
}

function list(findings: readonly ComparedFinding[]): string {
  return findings
    .map(
      ({ code, message, isRegression }) =>
        `- ${isRegression ? '✗ **fails** ' : ''}(${escaped(code)}): ${escaped(message)}`,
    )
    .join('\n');
}
