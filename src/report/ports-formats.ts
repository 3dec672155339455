import type { PortsReport } from '../verdict/report.ts';
import type { Style } from './style.ts';

type Reporter = (report: PortsReport, style: Style) => string;

/** The formats of `vwaudit ports`, each loaded only when asked for; the flag's choices are the keys. */
export const PORTS_FORMATS = {
  table: () => import('./ports-table.ts').then(({ portsTable }): Reporter => portsTable),
  csv: () => import('./ports-csv.ts').then(({ portsCsv }): Reporter => portsCsv),
  markdown: () => import('./ports-markdown.ts').then(({ portsMarkdown }): Reporter => portsMarkdown),
} as const satisfies Record<string, () => PromiseLike<Reporter>>;
