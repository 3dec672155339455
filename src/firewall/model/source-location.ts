import { InputError } from '../../input-error.ts';

/** A spot in a ruleset: lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The place of an offset of a text. Nothing is kept for it: only the one error of a file asks. */
export function placeIn(file: string, text: string, offset: number): SourceLocation {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { file, line, column: offset - start + 1 };
}

/** The line of an offset of a text. */
export function lineOf(text: string, offset: number): number {
  return placeIn('', text, offset).line;
}

/** The error of a ruleset that its own tool would not load, or that this program refuses; the value is cut to a readable length. */
export function badRuleset(
  place: SourceLocation,
  message: string,
  value: string | undefined,
  fix: string,
): InputError {
  return new InputError({
    code: 'bad-ruleset',
    message: excerpt(message, 200),
    value: value === undefined ? undefined : excerpt(value),
    fix,
    ...place,
  });
}

/** At most so many characters, for messages. */
export function excerpt(text: string, most = 80): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
