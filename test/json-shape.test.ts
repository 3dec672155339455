import { describe, expect, test } from 'vitest';
import { InputError } from '../src/input-error.ts';
import {
  count,
  list,
  nullable,
  object,
  oneOf,
  optional,
  record,
  text,
  yesOrNo,
  type Read,
} from '../src/json-shape.ts';

interface Sample {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly kind: 'a' | 'b';
  readonly hosts: Readonly<Record<string, boolean>>;
  readonly note: string | null;
  readonly extra?: string;
}

const SAMPLE = object<Sample>({
  name: text,
  sizes: list(count),
  kind: oneOf({ a: true, b: true }),
  hosts: record(yesOrNo),
  note: nullable(text),
  extra: optional(text),
});

const GOOD = { name: 'x', sizes: [0, 1], kind: 'a', hosts: { m: true }, note: null };

function messageOf<T>(read: Read<T>, value: unknown): string {
  try {
    read(value, { file: 'a.json', path: [] });
  } catch (error) {
    if (error instanceof InputError) return error.problem.message;
    throw error;
  }
  throw new Error('no error');
}

test('keys in the order of the shape; a missing optional key stays missing, an unknown one is left out', () => {
  const { name, ...rest } = GOOD;
  const read = SAMPLE({ ...rest, unknown: 1, name }, { file: 'a.json', path: [] });
  expect(JSON.stringify(read)).toBe(JSON.stringify(GOOD));
});

test('text is made printable, keys too', () => {
  const read = SAMPLE(
    { ...GOOD, name: '\u001b[2J', hosts: { '\u202e': true } },
    { file: 'a.json', path: [] },
  );
  expect(read).toMatchObject({ name: '\\x1b[2J', hosts: { '\\u{202e}': true } });
});

describe('what is refused, with its place', () => {
  test.each([
    [{ ...GOOD, name: 1 }, 'name: 1 is not text'],
    [{ ...GOOD, sizes: [0, -1] }, 'sizes[1]: -1 is not a whole number from 0'],
    [{ ...GOOD, sizes: [0, 0.5] }, 'sizes[1]: 0.5 is not a whole number from 0'],
    [{ ...GOOD, sizes: [1e300] }, 'sizes[0]: 1e+300 is not a whole number from 0'],
    [{ ...GOOD, sizes: 'x' }, 'sizes: "x" is not a list'],
    [{ ...GOOD, kind: 'c' }, 'kind: "c" is not one of a, b'],
    [{ ...GOOD, kind: 'constructor' }, 'kind: "constructor" is not one of a, b'],
    [{ ...GOOD, hosts: [] }, 'hosts: a list is not an object'],
    [{ ...GOOD, hosts: { m: 'yes' } }, 'hosts.m: "yes" is not true or false'],
    [{ ...GOOD, note: undefined }, 'note: nothing is not text'],
    [{ ...GOOD, extra: null }, 'extra: null is not text'],
    [null, 'the document: null is not an object'],
    [[], 'the document: a list is not an object'],
    [JSON.parse('{"__proto__": {"name": "x"}}'), 'name: nothing is not text'],
    [{ ...GOOD, name: ['x'.repeat(100)] }, 'name: a list is not text'],
    [{ ...GOOD, kind: 'x'.repeat(100) }, `kind: "${'x'.repeat(38)}… is not one of a, b`],
  ])('%j', (value, message) => {
    expect(messageOf(SAMPLE, value)).toBe(message);
  });
});
