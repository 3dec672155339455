import type { PortsReport } from '../../verdict/reports/report.ts';
import type { ReportFormat } from '../results/report-format.ts';

/** For a spreadsheet or a script. */
export const csv = {
  title: 'for a spreadsheet',
  renders: { ports: () => portsCsv },
} as const satisfies ReportFormat;

/** RFC 4180, with a header line; lists inside a cell are separated by blanks. */
function portsCsv({ endpoints, site }: PortsReport): string {
  const hasHost = site.source === 'file';
  const rows = endpoints.map((endpoint) => [
    ...(hasHost ? [endpoint.host ?? ''] : []),
    endpoint.id,
    endpoint.role,
    `${endpoint.instance ?? ''}`,
    endpoint.transport,
    endpoint.application ?? '',
    `${endpoint.port}`,
    endpoint.audience.join(' '),
    endpoint.readings.join(' '),
    endpoint.purpose,
    endpoint.note ?? '',
  ]);
  return [[...(hasHost ? ['host'] : []), ...HEAD], ...rows]
    .map((row) => `${row.map(cell).join(',')}\r\n`)
    .join('');
}

const HEAD = [
  'id',
  'role',
  'instance',
  'transport',
  'application',
  'port',
  'audience',
  'readings',
  'purpose',
  'note',
];

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
