import { printable } from './printable.ts';

/** What a person needs to mend a bad flag, value or file. `file`, `line` (from 1) and `column` (from 1) where there is a place. */
export interface InputProblem {
  /** Stable, for scripts: kebab-case. */
  readonly code: string;
  /** What is wrong, one clause without a full stop. */
  readonly message: string;
  readonly value?: string | undefined;
  /** What to give instead, one clause. */
  readonly fix: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Anything the user supplied and can mend. Always ends in exit code 2 and one line on stderr. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(readonly problem: InputProblem) {
    super(oneLine(problem));
  }
}

function oneLine({ message, value, fix, file, line, column }: InputProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const shown = value === undefined || message.includes(`"${value}"`) ? '' : ` (got "${value}")`;
  return printable(`${place === '' ? '' : `${place}: `}${message}${shown}; ${fix}`);
}
