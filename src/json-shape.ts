import { ENDPOINT_ID } from './deployment/endpoint-id.ts';
import { z } from 'zod';
import { InputError } from './input-error.ts';
import { formatAddress, tryParseAddress } from './net/address.ts';
import { MAX_PORT } from './net/port-range.ts';
import { printableAll } from './printable.ts';

/** Data of a shape, which nobody changes. */
export type Shaped<S extends z.ZodType> = Immutable<z.infer<S>>;

type Immutable<T> = T extends readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T;

export const text = z.string();
export const texts = z.array(text).meta({ id: 'strings' });
export const count = z.int().min(0);
export const port = z
  .int({ error: `a port from 1 to ${MAX_PORT}` })
  .min(1, { error: `a port from 1 to ${MAX_PORT}` })
  .max(MAX_PORT, { error: `a port from 1 to ${MAX_PORT}` })
  .meta({ id: 'port' });
export const transport = z.enum(['tcp', 'udp']);

/** Text of one form. */
export function textLike(what: string, form: RegExp) {
  return z.string({ error: what }).regex(form, { error: what });
}

export const time = textLike(
  'a time (ISO 8601, UTC)',
  /^\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/,
).meta({ id: 'time', description: 'ISO 8601, UTC' });

export const address = z.string({ error: 'a canonical IP address' }).refine(isCanonical, {
  error: 'a canonical IP address',
});

export const endpointId = textLike('the id of an endpoint', ENDPOINT_ID).meta({ id: 'endpointId' });

function isCanonical(value: string): boolean {
  const parsed = tryParseAddress(value);
  return parsed !== undefined && formatAddress(parsed) === value;
}

/**
 * Takes data of unknown shape for exactly what it must be: keys in the order of the shape, unknown ones left out (a newer
 * version may write more), texts printable.
 * @throws InputError that names the file, the place and the value
 */
export function readShape<S extends z.ZodType>(shape: S, value: unknown, file: string): Shaped<S> {
  const result = shape.safeParse(value, { error: expectedBy, reportInput: true });
  if (result.success) return printableAll(result.data as Shaped<S>);
  const [issue] = result.error.issues;
  const shown = describe(issue?.input);
  throw new InputError({
    code: 'bad-report',
    message: `${placeText(issue?.path ?? [])}: ${shown} is not ${issue?.message ?? 'as it should be'}`,
    value: shown,
    fix: 'give the report as vwaudit wrote it',
    file,
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What should stand there, where the shape itself does not say it. */
function expectedBy(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected in EXPECTED ? EXPECTED[issue.expected] : issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' ? 'a list that is not empty' : EXPECTED.int;
    case 'too_big':
      return EXPECTED.int;
    default:
      return undefined;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number from 0',
  number: 'a number from 0',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const whole = JSON.stringify(value);
  return whole.length > 40 ? `${whole.slice(0, 39)}…` : whole;
}

/** `flows[3].verdict`. */
function placeText(path: readonly PropertyKey[]): string {
  const joined = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return joined === '' ? 'the document' : joined.replace(/^\./, '');
}
