import { describe, expect, test } from 'vitest';
import { describeError } from '../../../src/cli/errors/describe-error.ts';
import { InputError } from '../../../src/input-error.ts';

describe('what an error becomes', () => {
  test('bad input: exit 2, one line with place, value and fix', () => {
    const error = new InputError({
      code: 'bad-prefix',
      message: 'peers.client: host bits set',
      value: '10.0.0.1/8',
      fix: 'write 10.0.0.0/8',
      file: 'vwaudit.yaml',
      line: 6,
      column: 12,
    });
    const { exitCode, text, json } = describeError(error, ['check']);
    expect(exitCode).toBe(2);
    expect(text).toBe(
      'vwaudit: vwaudit.yaml:6:12: peers.client: host bits set (got "10.0.0.1/8"); write 10.0.0.0/8',
    );
    expect(json).toMatchObject({
      kind: 'error',
      error: { code: 'bad-prefix', file: 'vwaudit.yaml', line: 6, column: 12 },
    });
  });

  test('a plain throw is our bug: exit 70, never 1', () => {
    const { exitCode, text, json } = describeError(new TypeError('x is not a function'), ['check']);
    expect(exitCode).toBe(70);
    expect(text).toMatch(/^vwaudit: internal error: x is not a function; please report it.*$/);
    expect(json).toMatchObject({ kind: 'error', error: { code: 'internal', value: null } });
  });

  test('what is thrown need not be an Error, and is printed safely', () => {
    expect(describeError('boom\u001b[2J', []).text).toContain('boom\\x1b[2J');
  });
});
