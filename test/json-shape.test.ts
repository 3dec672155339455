import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InputError } from '../src/input-error.ts';
import { count, readShape, text } from '../src/json-shape.ts';

const SAMPLE = z.object({
  name: text,
  sizes: z.array(count),
  kind: z.enum(['a', 'b']),
  hosts: z.record(text, z.boolean()),
  note: text.nullable(),
  extra: text.exactOptional(),
});

const GOOD = { name: 'x', sizes: [0, 1], kind: 'a', hosts: { m: true }, note: null };

function messageOf(value: unknown): string {
  try {
    readShape(SAMPLE, value, 'a.json');
  } catch (error) {
    if (error instanceof InputError) return error.problem.message;
    throw error;
  }
  throw new Error('no error');
}

test('keys in the order of the shape; a missing optional key stays missing, an unknown one is left out', () => {
  const { name, ...rest } = GOOD;
  const read = readShape(SAMPLE, { ...rest, unknown: 1, name }, 'a.json');
  expect(JSON.stringify(read)).toBe(JSON.stringify(GOOD));
});

test('text is made printable, keys too', () => {
  const read = readShape(SAMPLE, { ...GOOD, name: '\u001b[2J', hosts: { '\u202e': true } }, 'a.json');
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
    expect(messageOf(value)).toBe(message);
  });
});
