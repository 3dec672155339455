import { InputError } from '../../input-error.ts';
import type { System } from '../../system/system.ts';
import { comparableReport } from '../compare.ts';
import { writeOut } from '../write-out.ts';
import { exceptionCode } from './exception-codes.ts';
import { dayProblem, reasonProblem } from './exception-fields.ts';
import {
  exceptionsFor,
  exceptionsText,
  type AcceptOptions,
  type ExceptionEntry,
} from './write-exceptions.ts';

export interface Accepted {
  readonly entries: readonly ExceptionEntry[];
  /** The file for `--accept`. */
  readonly text: string;
}

/**
 * The exceptions for what fails or is unproven in a saved report.
 * @throws InputError for a reason, day or code that is none, for a report that can't be read, and where nothing is to be accepted
 */
export async function accept(file: string, options: AcceptOptions, system: System): Promise<Accepted> {
  const problem = reasonProblem(options.reason);
  if (problem !== null) throw new InputError({ ...problem, message: `--reason: ${problem.message}` });
  refuseDay(options.until, system.now());
  options.codes.forEach(refuseCode);
  const { report } = await comparableReport(file, system);
  const written = exceptionsFor(report, options);
  return { entries: written.map(({ entry }) => entry), text: exceptionsText(written) };
}

function refuseCode(code: string): void {
  const { isKnown, near } = exceptionCode(code);
  if (isKnown) return;
  throw new InputError({
    code: 'unknown-code',
    message: `--code: unknown code "${code}"`,
    value: code,
    fix: near === undefined ? 'give a code of docs/codes.md' : `did you mean ${near}?`,
  });
}

function refuseDay(until: string, now: Date): void {
  const problem = dayProblem(until);
  if (problem !== null)
    throw new InputError({ ...problem, message: `--until: ${problem.message}`, value: until });
  if (until >= now.toISOString().slice(0, 10)) return;
  throw new InputError({
    code: 'day-over',
    message: `--until: "${until}" is over`,
    value: until,
    fix: 'give the last day on which the exceptions count',
  });
}

/**
 * Writes the file whole or not at all.
 * @throws InputError where there is one already, unless it may be replaced
 */
export async function writeExceptions(
  path: string,
  text: string,
  mayReplace: boolean,
  system: Pick<System, 'readBytes' | 'writeTextAtomic'>,
): Promise<void> {
  const isThere = await system.readBytes(path, 1).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  );
  if (isThere && !mayReplace)
    throw new InputError({
      code: 'file-exists',
      message: `--out: "${path}" exists`,
      value: path,
      fix: 'give another file, or --force to replace it',
    });
  await writeOut(path, text, system);
}
