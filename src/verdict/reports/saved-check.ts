import { InputError } from '../../input-error.ts';
import { isObject, readShape } from '../../json-shape.ts';
import { parseJson } from '../../parse-json.ts';
import { checkReport, type SavedCheck } from './check-report.ts';
import { otherFile } from './other-file.ts';
import { summarize } from './summarize.ts';

/**
 * Reads back what `vwaudit check --json` wrote, strictly: what it holds reaches terminals and pages.
 * @param file for messages
 * @throws InputError for anything else, with line and column where the JSON itself is broken
 */
export function readSavedCheck(written: string, file: string): SavedCheck {
  if (written.trim() === '') throw notACheck('the file is empty', 'run the check again', file);
  const other = otherFile(written, file);
  if (other !== null) throw notACheck(other.message, other.fix, file);
  const document = parseJson(written, file);
  refuseOthers(document, file);
  const report = readShape(checkReport, document, file);
  refuseContradictions(report, file);
  return report;
}

function refuseOthers(document: unknown, file: string): void {
  const fix = 'give what vwaudit check --json wrote';
  if (!isObject(document) || typeof document.kind !== 'string' || document.schemaVersion === undefined)
    throw notACheck('not a report of vwaudit', fix, file);
  const { schemaVersion, kind, error } = document;
  if (schemaVersion !== 1) {
    const version = typeof schemaVersion === 'number' ? `${schemaVersion} ` : '';
    throw notACheck(`schemaVersion ${version}is not 1`, 'use the same version of vwaudit everywhere', file);
  }
  if (kind === 'error') {
    const message = isObject(error) && typeof error.message === 'string' ? `: ${error.message}` : '';
    throw notACheck(`this is an error, not a report${message}`, 'correct that and run the check again', file);
  }
  if (kind === 'merge') throw notACheck('a merged report', 'give the reports it was made from', file);
  if (kind !== 'check') throw notACheck(`this is a report of kind "${kind}"`, fix, file);
}

/** What cannot be so in a report nobody edited. */
function refuseContradictions({ flows, summary, site }: SavedCheck, file: string): void {
  const fix = 'give the report as vwaudit wrote it';
  const ids = new Set<string>();
  for (const { id, host } of flows) {
    if (ids.has(id)) throw notACheck(`the flow "${id}" occurs twice`, fix, file);
    if (!Object.hasOwn(site.hosts, host))
      throw notACheck(`the host "${host}" is not part of its site`, fix, file);
    ids.add(id);
  }
  const counted = summarize(flows);
  for (const verdict of ['pass', 'fail', 'unproven', 'accepted'] as const) {
    const [said = 0, count = 0] = [summary[verdict], counted[verdict]];
    if (said !== count)
      throw notACheck(`the summary counts ${said} ${verdict}, the flows ${count}`, fix, file);
  }
}

function notACheck(message: string, fix: string, file: string): InputError {
  return new InputError({ code: 'bad-report', message, fix, file });
}
