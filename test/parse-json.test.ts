import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../src/input-error.ts';
import { jsonFlaw, parseJson } from '../src/parse-json.ts';

function problemOf(text: string) {
  try {
    parseJson(text, 'a.json');
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error('no error');
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the place of a mistake', () => {
  test.each([
    ['', 1, 1, /too early/],
    ['{', 1, 2, /too early/],
    ['{"a": 1,\n "b": tru', 2, 10, /too early/],
    ['{"a": "half', 1, 12, /too early/],
    ['{"a": "half\\', 1, 13, /too early/],
    ['[1, 2,\n3', 2, 2, /too early/],
    ['[1, 2,]', 1, 7, /at "\]"/],
    ['{"a": 1,}', 1, 9, /at "\}"/],
    ['{a: 1}', 1, 2, /at "a: 1\}"/],
    ["{'a': 1}", 1, 2, /at "'a': 1\}"/],
    ['{"a" 1}', 1, 6, /at "1\}"/],
    ['{"a": 01}', 1, 7, /at "01\}"/],
    ['{"a": NaN}', 1, 7, /at "NaN\}"/],
    ['{"a": 1} x', 1, 10, /at "x"/],
    ['{"a": 1}\n{"b": 2}', 2, 1, /at "\{"b": 2\}"/],
    ['{"a": "x\ty"}', 1, 9, /not valid JSON at/],
    ['{"a": "\\q"}', 1, 8, /not valid JSON at/],
    ['hello', 1, 1, /at "hello"/],
  ])('%j: %i:%i', (text, line, column, message) => {
    expect(problemOf(text)).toMatchObject({ code: 'bad-json', file: 'a.json', line, column });
    expect(problemOf(text).message).toMatch(message);
  });
});

test('a flaw is found exactly where JSON.parse refuses, and nowhere in JSON', () => {
  const noise = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '-',
    '1',
    '0',
    'e',
    '.',
    't',
    'null',
    ' ',
    '\n',
    '\u0001',
    '\\u12',
  );
  const mutated = fc.tuple(fc.json(), fc.nat(), fc.nat(3), noise).map(([json, where, cut, insert]) => {
    const at = where % (json.length + 1);
    return json.slice(0, at) + insert + json.slice(at + cut);
  });
  fc.assert(
    fc.property(fc.oneof(fc.json(), mutated, fc.string()), (text) => {
      const flaw = jsonFlaw(text);
      expect({ text, isJson: flaw === null }).toEqual({ text, isJson: isJson(text) });
    }),
    { numRuns: 3000 },
  );
});

test('JSON that was cut off anywhere ends too early, at its end', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, where) => {
      const text = json.slice(0, where % json.length).trimEnd();
      if (isJson(text)) return;
      expect({ text, flaw: jsonFlaw(text) }).toEqual({ text, flaw: text.length });
    }),
    { numRuns: 2000 },
  );
});

test('megabytes on one line and a million open brackets are answered, not a crash', () => {
  expect(problemOf(`{"a": "${'x'.repeat(10_000_000)}`).column).toBe(10_000_008);
  expect(problemOf('['.repeat(1_000_000)).column).toBe(1_000_001);
  expect(problemOf(`${'['.repeat(1_000_000)}}`).column).toBe(1_000_001);
});
