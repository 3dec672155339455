import { printableAll } from '../../printable.ts';
import type { Rendered, ReportFormat, ReportKind, ReportOf } from '../../report/report-format.ts';
import { REPORT_FORMATS, type FormatFor } from '../../report/registry.ts';
import type { Style } from '../../report/style.ts';

/** A report in one of its formats. What others wrote is made printable here, once for every format that is not verbatim. */
export async function renderReport<K extends ReportKind>(
  report: ReportOf<K>,
  id: FormatFor<K>,
  style: Style,
): Promise<Rendered> {
  const { renders, isVerbatim }: ReportFormat = REPORT_FORMATS[id];
  const load = renders[report.kind];
  if (load === undefined) throw new Error(`${id} can't render a report of kind ${report.kind}`);
  const render = await load();
  return render(isVerbatim === true ? report : printableAll(report), style);
}
