import { expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { compile } from '../../src/rules/render.ts';
import { commentLine, doubleQuoted, type Syntax } from '../../src/rules/policy/rule-text.ts';

const SYNTAX: Syntax = { comment: commentLine, list: (words) => words.join(', '), quote: doubleQuoted };
const fill = (text: string, view: Record<string, unknown> = {}): string =>
  compile({ file: 'mine.liquid', text }, SYNTAX)(view);

test('numbers and bare words stand as they are', () => {
  const view = { port: 102, prefix: '10.30.0.0/16', range: '10100:10103', any: '::/0', word: 'reject' };
  expect(fill('{{ port }} {{ prefix }} {{ range }} {{ any }} {{ word }}', view)).toBe(
    '102 10.30.0.0/16 10100:10103 ::/0 reject',
  );
});

test('everything else needs a filter', () => {
  expect(fill('# {{ name | comment }}', { name: 'a "b"\nc' })).toBe('# a "b"\\x0ac');
  expect(fill('{ {{ ports | list }} }', { ports: ['102', '10100-10103'] })).toBe('{ 102, 10100-10103 }');
  expect(fill('{{ purpose | quote }}', { purpose: 'HTTP from web' })).toBe('"HTTP from web"');
});

test.each([
  ['text without a filter', '{{ name }}', { name: 'a b' }, /needs|plain word/],
  ['text through raw', '{{ name | raw }}', { name: 'a b' }, /plain word/],
  ['text through another filter', '{{ name | upcase }}', { name: 'a b' }, /plain word/],
  ['text by echo', '{% echo name %}', { name: 'a b' }, /plain word/],
  ['text by cycle', '{% cycle name %}', { name: 'a b' }, /plain word/],
  ['text as a list', '{{ name | list }}', { name: 'a' }, /not a list/],
  ['a list with text in it', '{{ names | list }}', { names: ['a', 'b c'] }, /not a list/],
  ['an empty list', '{{ names | list }}', { names: [] }, /not a list/],
  ['a list without a filter', '{{ names }}', { names: ['a'] }, /plain word/],
  ['text that quotes would not hold', '{{ name | quote }}', { name: 'a" accept' }, /no plain text/],
  ['an option instead of a word', '{{ name }}', { name: '--flush' }, /plain word/],
  ['nothing', '{{ name }}', { name: '' }, /plain word/],
  ['null', '{{ name }}', { name: null }, /plain word/],
  ['an unknown name', '{{ nme }}', { name: 'a' }, /undefined variable/],
  ['an unknown filter', '{{ name | shout }}', { name: 'a' }, /undefined filter/],
  ['a prototype', '{{ name.constructor }}', { name: { a: 1 } }, /undefined variable/],
  ['a file', "{% include '/etc/passwd' %}", {}, /ENOENT|Failed to lookup/],
  ['an unclosed tag', '{% for a in b %}', { b: [] }, /not closed/],
])('refused: %s', (_, text, view, message) => {
  let caught: unknown;
  try {
    fill(`one\ntwo ${text}\n`, view);
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof InputError)) throw new Error('no InputError', { cause: caught });
  expect(caught.problem).toMatchObject({ code: 'bad-template', file: 'mine.liquid', line: 2 });
  expect(caught.message).toMatch(message);
  expect(caught.message.split('\n')).toHaveLength(1);
});

test.each([
  ['nothing', '{% comment %}x{% endcomment %}\n', /makes an empty file/],
  ['control characters', 'a\u001b[31mb\n', /writes control characters/],
])('a template that writes %s is refused', (_, text, message) => {
  expect(() => fill(text)).toThrow(message);
  expect(() => fill(text)).toThrow(InputError);
});

test.each([
  ['a range', '{% for i in (1..999999999) %}x{% endfor %}'],
  ['a text that doubles', `{% assign a = "xxxxxxxxxx" %}${'{% assign a = a | append: a %}'.repeat(45)}`],
  ['a field of a date', '{{ "now" | date: "%900000000Y" | comment }}'],
  ['a long template', '{% if true %}'.repeat(60_000) + '{% endif %}'.repeat(60_000)],
])('%s that asks for too much is refused', (_, text) => {
  expect(() => fill(text)).toThrow(/exceeds a limit: .*limit exceeded/);
  expect(() => fill(text)).toThrow(InputError);
});
