import { csv } from './formats/csv.ts';
import { files } from './formats/files.ts';
import { github } from './formats/github.ts';
import { gitlab } from './formats/gitlab.ts';
import { html } from './formats/html.ts';
import { json } from './formats/json.ts';
import { junit } from './formats/junit.ts';
import { markdown } from './formats/markdown.ts';
import { nagios } from './formats/nagios.ts';
import { prometheus } from './formats/prometheus.ts';
import { sarif } from './formats/sarif.ts';
import { table } from './formats/table.ts';
import type { ReportFormat, ReportKind } from './results/report-format.ts';

/** Every format of every report; a new one is a file and a line here. */
export const REPORT_FORMATS = {
  table,
  csv,
  markdown,
  html,
  files,
  json,
  junit,
  sarif,
  gitlab,
  github,
  nagios,
  prometheus,
} as const satisfies Record<string, ReportFormat>;

export type ReportFormatId = keyof typeof REPORT_FORMATS;

/** The formats that can render reports of one kind. */
export type FormatFor<K extends ReportKind> = {
  [F in ReportFormatId]: K extends keyof (typeof REPORT_FORMATS)[F]['renders'] ? F : never;
}[ReportFormatId];

/** In the order of the registry, the default of people first. */
export function formatsFor<K extends ReportKind>(kind: K): readonly FormatFor<K>[] {
  const canRender = (id: ReportFormatId): id is FormatFor<K> => kind in REPORT_FORMATS[id].renders;
  return (Object.keys(REPORT_FORMATS) as ReportFormatId[]).filter(canRender);
}
