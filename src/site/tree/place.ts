import { InputError } from '../../input-error.ts';

/** Where something stands in a file; line and column count from 1. */
export interface YamlLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Runs `read`; whatever it finds wrong with the input is reported with the place. */
export function located<T>(place: YamlLocation | null, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InputError && place !== null
      ? new InputError({ ...error.problem, ...place })
      : error;
  }
}
