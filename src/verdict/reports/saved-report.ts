import { InputError } from '../../input-error.ts';
import { isObject, readShape } from '../../json-shape.ts';
import { printable } from '../../printable.ts';
import { parseJson } from '../../parse-json.ts';
import type { AnyReport } from './any-report.ts';
import { auditReport } from './audit-report.ts';
import { checkReport } from './check-report.ts';
import { completeOld } from './complete-old.ts';
import { compareReport } from './compare-report.ts';
import { mergeReport } from './merge-report.ts';
import { otherFile } from './other-file.ts';
import { portsReport, rulesReport, type RulesReport } from './report.ts';
import { summarize } from './summarize.ts';
import { traceReport } from './trace-report.ts';

const SHAPES = {
  ports: portsReport,
  check: checkReport,
  rules: rulesReport,
  audit: auditReport,
  trace: traceReport,
  merge: mergeReport,
  compare: compareReport,
} as const;

/**
 * Reads back what any command wrote with `--json`, in this version or an older one.
 * @param file for messages
 * @throws InputError for anything else, with line and column where the JSON itself is broken
 */
export function readSavedReport(written: string, file: string): AnyReport {
  if (written.trim() === '') throw notAReport('the file is empty', file);
  const other = otherFile(written, file);
  if (other !== null) throw notAReport(other.message, file, other.fix);
  const document = parseJson(written, file);
  if (!isObject(document) || typeof document.kind !== 'string' || document.schemaVersion === undefined)
    throw notAReport('not a report of vwaudit', file);
  const { kind, schemaVersion, error } = document;
  if (schemaVersion !== 1) throw notAReport('schemaVersion is not 1', file, 'use a newer version of vwaudit');
  if (kind === 'error') {
    const message = isObject(error) && typeof error.message === 'string' ? `: ${error.message}` : '';
    throw notAReport(`this is an error, not a report${message}`, file);
  }
  if (!isKind(kind)) throw notAReport(`this is a report of kind "${kind}"`, file);
  const report = readShape(SHAPES[kind], completeOld(document), file) as AnyReport;
  refuseWrongCounts(report, file);
  return report.kind === 'rules' ? withLines(report, document) : report;
}

/** Rule files have lines; nothing else of a report has. */
function withLines(report: RulesReport, { rulesets }: Readonly<Record<string, unknown>>): RulesReport {
  const written = rulesets as RulesReport['rulesets'];
  const lines = (text = ''): string => text.replace(/[^\t\r\n]+/g, printable);
  return {
    ...report,
    rulesets: report.rulesets.map((one, index) => ({ ...one, text: lines(written[index]?.text) })),
  };
}

function isKind(kind: string): kind is keyof typeof SHAPES {
  return Object.hasOwn(SHAPES, kind);
}

/** A summary that says something else than the flows is an edited report, or a cut one. */
function refuseWrongCounts(report: AnyReport, file: string): void {
  if (!('summary' in report) || report.kind === 'compare') return;
  const { flows, summary } = report;
  const counted = summarize(flows);
  for (const verdict of ['pass', 'fail', 'unproven', 'accepted'] as const) {
    const [said = 0, count = 0] = [summary[verdict], counted[verdict]];
    if (said !== count) throw notAReport(`the summary counts ${said} ${verdict}, the flows ${count}`, file);
  }
}

function notAReport(
  message: string,
  file: string,
  fix = 'give what a command of vwaudit wrote with --json',
): InputError {
  return new InputError({ code: 'bad-report', message, fix, file });
}
