import { custom, string } from '@oclif/core/flags';
import { InputError } from '../../input-error.ts';
import { REPORT_FORMATS, type ReportFormatId } from '../../report/registry.ts';
import { descriptorOf } from '../../system/file-target.ts';
import type { ReportKind } from '../../report/results/report-format.ts';

/** Every kind of report. */
export const REPORT_KINDS = [
  'check',
  'audit',
  'merge',
  'ports',
  'rules',
  'trace',
  'compare',
] as const satisfies readonly ReportKind[];

/** `FORMAT`, or `FORMAT=FILE`. */
export interface WantedReport {
  readonly format: ReportFormatId;
  /** Null: standard output. */
  readonly file: string | null;
}

/** What commands take that answer with one of these kinds of report. */
export function reportFlags(kinds: readonly ReportKind[]) {
  const choices = reportChoices(kinds);
  const titles = choices.map((id) => `${id} (${REPORT_FORMATS[id].title})`).join(', ');
  return {
    report: custom<WantedReport>({
      helpValue: 'FORMAT[=FILE]',
      multiple: true,
      multipleNonGreedy: true,
      description: `Write a report (repeatable); at most one without FILE, which takes the place of the table on stdout. Formats: ${titles}.`,
      parse: (text) => Promise.resolve(parseReport(text, choices)),
    })(),
    'stdin-name': string({
      helpValue: 'PATH',
      description: 'Path that reports give for rules from standard input.',
    }),
  };
}

/** The formats that render at least one of these kinds. */
export function reportChoices(kinds: readonly ReportKind[]): readonly ReportFormatId[] {
  return (Object.keys(REPORT_FORMATS) as ReportFormatId[]).filter((id) =>
    kinds.some((kind) => kind in REPORT_FORMATS[id].renders),
  );
}

function parseReport(text: string, choices: readonly ReportFormatId[]): WantedReport {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const format = choices.find((id) => id === name);
  if (format === undefined)
    throw new InputError({
      code: 'bad-report-format',
      message: `--report: "${name}" is not a format`,
      value: name,
      fix: `give one of ${choices.join(', ')}, for example junit=vwaudit.xml`,
    });
  const file = equals < 0 ? null : text.slice(equals + 1);
  if (file === '')
    throw new InputError({
      code: 'no-report-file',
      message: `--report: "${text}" has no file name`,
      value: text,
      fix: `write ${name}=FILE, or ${name} alone for standard output`,
    });
  const isStdout = file === null || file === '-' || descriptorOf(file) === process.stdout.fd;
  return { format, file: isStdout ? null : file };
}
