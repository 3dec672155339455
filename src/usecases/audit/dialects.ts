import { InputError } from '../../input-error.ts';
import type { DialectId } from '../../firewall/languages/dialect.ts';

/** What wrote which file; null: its content shows it. */
export interface Dialects {
  readonly ofFile: ReadonlyMap<string, DialectId>;
  readonly ofOthers: DialectId | null;
}

export const ANY_DIALECT: Dialects = { ofFile: new Map(), ofOthers: null };

export function dialectOf(file: string, { ofFile, ofOthers }: Dialects): DialectId | null {
  return ofFile.get(file) ?? ofOthers;
}

/** @throws InputError where a dialect is stated for a file that is not given. */
export function refuseUnknownFiles({ ofFile }: Dialects, words: readonly string[]): void {
  for (const [file, dialect] of ofFile) {
    if (words.some((word) => word === file || word.endsWith(`=${file}`))) continue;
    throw new InputError({
      code: 'unknown-file',
      message: `--dialect: "${file}" is not one of the files`,
      value: `${file}=${dialect}`,
      fix: words.length === 0 ? 'name the files' : `name one of ${words.join(', ')}`,
    });
  }
}
