import { portsText } from '../../verdict/reports/label.ts';
import type { PortsReport } from '../../verdict/reports/report.ts';
import { renderColumns } from './parts/columns.ts';
import { paragraph } from './parts/paragraph.ts';
import type { Style } from '../style.ts';

type Row = PortsReport['endpoints'][number];

/** The endpoints as aligned columns, a count, and the guide's disputed points under it. */
export function portsTable({ endpoints, site, assumptions }: PortsReport, style: Style): string {
  const notes = [...new Set(endpoints.flatMap(({ note }) => note ?? []))];
  const hasHost = site.source === 'file';
  const rows = endpoints.map((endpoint) => [
    ...(hasHost ? [endpoint.host ?? ''] : []),
    `${endpoint.port}/${endpoint.transport}`,
    endpoint.id,
    endpoint.audience.join(', '),
    `${endpoint.purpose}${endpoint.note === null ? '' : ` [${notes.indexOf(endpoint.note) + 1}]`}`,
  ]);
  const head = [...(hasHost ? ['HOST'] : []), 'PORT', 'ENDPOINT', 'FROM', 'PURPOSE'];
  const listed = notes.map((note, index) =>
    paragraph(
      `[${index + 1}] `,
      `${portsText(endpoints.filter((endpoint) => endpoint.note === note))}: ${note}`,
      style,
    ),
  );
  return [
    '',
    renderColumns({ head, rows, flexible: head.length - 1, style }),
    '',
    countLine(endpoints),
    ...listed,
    ...assumptions.map((each) => paragraph('assumed ', each, style)),
    '',
  ].join('\n');
}

function countLine(endpoints: readonly Row[]): string {
  const count = (keep: (row: Row) => boolean): number => endpoints.filter(keep).length;
  const tcp = count(({ transport }) => transport === 'tcp');
  const http = count(({ application }) => application === 'http');
  return `${endpoints.length} ports: ${tcp} TCP (${http} of them HTTP), ${endpoints.length - tcp} UDP`;
}
