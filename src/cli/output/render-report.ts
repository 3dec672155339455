import { readFile } from 'node:fs/promises';
import { printableAll } from '../../printable.ts';
import type {
  Rendered,
  ReportFormat,
  ReportKind,
  ReportOf,
  RunContext,
} from '../../report/results/report-format.ts';
import { formatsFor, REPORT_FORMATS, type ReportFormatId } from '../../report/registry.ts';
import type { Style } from '../../report/style.ts';
import { InputError } from '../../input-error.ts';
import { templatePath } from '../../system/template-path.ts';

/**
 * A report in one of its formats, null for the first of its kind. What others wrote is made printable here, once for every format that is not verbatim.
 * @throws InputError where the format does not render this kind of report
 */
export async function renderReport<K extends ReportKind>(
  report: ReportOf<K>,
  wanted: ReportFormatId | null,
  style: Style,
  run: Omit<RunContext, 'templates'>,
): Promise<Rendered> {
  const id = wanted ?? formatsFor(report.kind)[0] ?? 'json';
  const { renders, isVerbatim, templates = [] }: ReportFormat = REPORT_FORMATS[id];
  const load = renders[report.kind];
  if (load === undefined)
    throw new InputError({
      code: 'bad-report-format',
      message: `${id} does not render a report of kind "${report.kind}"`,
      value: id,
      fix: `give one of ${formatsFor(report.kind).join(', ')}`,
    });
  const [render, ...texts] = await Promise.all([load(), ...templates.map(templateText)]);
  const named = Object.fromEntries(templates.map((name, index) => [name, texts[index] ?? '']));
  return render(isVerbatim === true ? report : printableAll(report), style, { ...run, templates: named });
}

function templateText(name: string): Promise<string> {
  return readFile(templatePath(name), 'utf8');
}
