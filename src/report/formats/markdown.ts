import { portsText } from '../../verdict/reports/label.ts';
import type { PortsReport } from '../../verdict/reports/report.ts';
import type { ReportFormat } from '../results/report-format.ts';
import { fromResults } from '../results/from-results.ts';

/** For a wiki, a merge request or a job summary. */
export const markdown = {
  title: 'for a wiki',
  renders: {
    ports: () => portsMarkdown,
    compare: () =>
      import('../documents/compare/compare-markdown.ts').then(({ compareMarkdown }) => compareMarkdown),
    ...fromResults(() =>
      import('../documents/results-markdown.ts').then(({ resultsMarkdown }) => resultsMarkdown),
    ),
  },
} as const satisfies ReportFormat;

/** A GitHub-flavoured table, the guide's disputed points below it. */
function portsMarkdown({ endpoints, site }: PortsReport): string {
  const hasHost = site.source === 'file';
  const head = [...(hasHost ? ['Host'] : []), 'Port', 'Transport', 'Endpoint', 'From', 'Purpose'];
  const rows = endpoints.map(({ host, port, transport, id, audience, purpose }) => [
    ...(hasHost ? [host ?? ''] : []),
    `${port}`,
    transport,
    `\`${id}\``,
    audience.join(', '),
    purpose,
  ]);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const notes = [...new Set(endpoints.flatMap(({ note }) => note ?? []))];
  return [
    line(head),
    line(head.map((title) => (title === 'Port' ? '---:' : '---'))),
    ...rows.map(line),
    ...(notes.length > 0
      ? [
          '\n',
          ...notes.map((note) => `- ${portsText(endpoints.filter((one) => one.note === note))}: ${note}\n`),
        ]
      : []),
  ].join('');
}
