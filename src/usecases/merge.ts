import type { System } from '../system/system.ts';
import type { Tool } from '../verdict/head.ts';
import { mergeChecks } from '../verdict/merge-checks.ts';
import type { MergeReport } from '../verdict/merge-report.ts';
import { readSavedCheck } from '../verdict/saved-check.ts';
import { readInput, refuseFiles, STANDARD_INPUT } from './read-input.ts';

interface MergeContext {
  readonly system: System;
  readonly tool: Tool;
}

/**
 * Reads reports of `check --json`, one for each vantage point, and makes one of them.
 * @param files in any order; `-` is standard input, at most once
 * @throws InputError for files that can't be read, are no such reports, or do not belong together
 */
export async function merge(files: readonly string[], { system, tool }: MergeContext): Promise<MergeReport> {
  refuseFiles(files, NO_REPORT, 'report');
  const texts = await Promise.all(files.map((file) => readInput(file, system)));
  const reports = texts.map((text, index) => {
    const file = files[index] ?? '';
    return { file, report: readSavedCheck(text, file === STANDARD_INPUT ? 'standard input' : file) };
  });
  return mergeChecks(reports, tool);
}

const NO_REPORT = {
  code: 'no-report',
  message: 'no report is given',
  fix: 'name the files vwaudit check --json wrote, or - for standard input',
};
