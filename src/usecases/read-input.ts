import { errnoOf } from '../errno.ts';
import { decodeText } from '../decode-text.ts';
import { InputError, type InputProblem } from '../input-error.ts';
import type { System } from '../system/system.ts';

/** How standard input is written where a file belongs. */
export const STANDARD_INPUT = '-';

/** What messages call a file the user named. */
export function sourceName(file: string): string {
  return file === STANDARD_INPUT ? 'standard input' : file;
}

/** More than any report or ruleset; what never ends is refused as well. */
export const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The text of a file the user named, `-` for standard input.
 * @throws InputError when it can't be read
 */
export async function readInput(file: string, { readBytes }: Pick<System, 'readBytes'>): Promise<string> {
  const bytes = await readBytes(file === STANDARD_INPUT ? null : file, MAX_BYTES).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return decodeText(bytes);
}

/**
 * @param none what to say where no file is given
 * @param noun what a file is called, for example `report`
 * @throws InputError where no file is given, or one twice
 */
export function refuseFiles(files: readonly string[], none: InputProblem, noun: string): void {
  if (files.length === 0) throw new InputError(none);
  refuseTwice(files, noun);
}

/** @throws InputError where a file is given twice */
export function refuseTwice(files: readonly string[], noun: string): void {
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice === undefined) return;
  throw new InputError({
    code: 'file-twice',
    message: `"${twice}" is given twice`,
    value: twice,
    fix: `give each ${noun} once`,
  });
}

function unreadable(file: string, error: unknown): InputError {
  const code = errnoOf(error);
  const name = file === STANDARD_INPUT ? sourceName(file) : `"${file}"`;
  return new InputError({
    code: 'unreadable-file',
    message: `${name} can't be read (${code ?? 'unknown'})`,
    value: file,
    fix:
      code === 'EFBIG'
        ? `give a file of at most ${MAX_BYTES} bytes`
        : 'give a readable file, or - for standard input',
  });
}
