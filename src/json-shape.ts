import { InputError } from './input-error.ts';
import { printable } from './printable.ts';

/** Where a reader is in a document. */
export interface JsonPlace {
  readonly file: string;
  /** Keys and indexes from the root; readers push and pop. */
  readonly path: (string | number)[];
}

/** Takes data of unknown shape for exactly what it must be. @throws InputError that names the file, the place and the value */
export type Read<T> = (value: unknown, place: JsonPlace) => T;

/** Text from outside, its control characters made visible. */
export const text: Read<string> = (value, place) =>
  typeof value === 'string' ? printable(value) : refuse(value, 'text', place);

/** A whole number that is not negative. */
export const count: Read<number> = (value, place) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(value, 'a whole number from 0', place);

export const numberFromZero: Read<number> = (value, place) =>
  typeof value === 'number' && value >= 0 ? value : refuse(value, 'a number from 0', place);

export const yesOrNo: Read<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : refuse(value, 'true or false', place);

/** One of the keys of a table. */
export function oneOf<K extends string>(choices: Readonly<Record<K, unknown>>): Read<K> {
  const isChoice = (value: string): value is K => Object.hasOwn(choices, value);
  return (value, place) =>
    typeof value === 'string' && isChoice(value)
      ? value
      : refuse(value, `one of ${Object.keys(choices).join(', ')}`, place);
}

/** Text of one form, for example a canonical address. */
export function textLike(what: string, isLike: (value: string) => boolean): Read<string> {
  return (value, place) => (typeof value === 'string' && isLike(value) ? value : refuse(value, what, place));
}

export function nullable<T>(read: Read<T>): Read<T | null> {
  return (value, place) => (value === null ? null : read(value, place));
}

/** A key that may be missing; {@link object} then leaves it out. */
export function optional<T>(read: Read<T>): Read<T | undefined> {
  return (value, place) => (value === undefined ? undefined : read(value, place));
}

export function list<T>(read: Read<T>): Read<readonly T[]> {
  return (value, place) =>
    Array.isArray(value)
      ? value.map((item: unknown, index) => at(index, read, item, place))
      : refuse(value, 'a list', place);
}

/** An object whose keys are names. */
export function record<T>(read: Read<T>): Read<Readonly<Record<string, T>>> {
  return (value, place) => {
    if (!isObject(value)) return refuse(value, 'an object', place);
    const entries = Object.entries(value).map(
      ([key, item]) => [printable(key), at(key, read, item, place)] as const,
    );
    return Object.fromEntries(entries);
  };
}

/** An object with these keys, in this order; other keys are left out: a newer version may write more. */
export function object<T extends object>(fields: { readonly [K in keyof T]-?: Read<T[K]> }): Read<T> {
  const readers = Object.entries<Read<unknown>>(fields);
  return (value, place) => {
    if (!isObject(value)) return refuse(value, 'an object', place);
    const result: Record<string, unknown> = {};
    for (const [key, read] of readers) {
      const item = at(key, read, Object.hasOwn(value, key) ? value[key] : undefined, place);
      if (item !== undefined) result[key] = item;
    }
    // Each key of T was read by the reader of its type; a missing one is only left out where T allows that.
    return result as T;
  };
}

/** Says what is wrong at a place. */
export function refuse(value: unknown, expected: string, { file, path }: JsonPlace): never {
  const shown = describe(value);
  throw new InputError({
    code: 'bad-report',
    message: `${pathText(path)}: ${shown} is not ${expected}`,
    value: shown,
    fix: 'give the report as vwaudit wrote it',
    file,
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at<T>(key: string | number, read: Read<T>, value: unknown, place: JsonPlace): T {
  place.path.push(key);
  const result = read(value, place);
  place.path.pop();
  return result;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const whole = JSON.stringify(value);
  return whole.length > 40 ? `${whole.slice(0, 39)}…` : whole;
}

/** `flows[3].verdict`. */
function pathText(path: readonly (string | number)[]): string {
  const joined = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return joined === '' ? 'the document' : joined.replace(/^\./, '');
}
