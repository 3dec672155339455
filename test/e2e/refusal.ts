import { expect } from 'vitest';
import type { CliResult } from './run-cli.ts';

/** Bad input: exit 2, nothing on stdout, and one line on stderr that a terminal may be shown. */
export function expectRefusal({ code, stdout, stderr }: CliResult): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^vwaudit: [^\n]*\n$/);
  // eslint-disable-next-line no-control-regex -- that is the point
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
}
