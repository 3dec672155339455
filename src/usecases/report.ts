import type { System } from '../system/system.ts';
import type { AnyReport } from '../verdict/reports/any-report.ts';
import { readSavedReport } from '../verdict/reports/saved-report.ts';
import { readInput, STANDARD_INPUT } from './read-input.ts';

/**
 * A report that was saved, of any kind and any version.
 * @param file `-` is standard input
 * @throws InputError for a file that can't be read or is no report
 */
export async function savedReport(file: string, system: Pick<System, 'readBytes'>): Promise<AnyReport> {
  return readSavedReport(await readInput(file, system), file === STANDARD_INPUT ? 'standard input' : file);
}
