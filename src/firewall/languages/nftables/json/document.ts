import type { InputError } from '../../../../input-error.ts';
import { jsonFlaw } from '../../../../parse-json.ts';
import { badRuleset, excerpt, placeIn } from '../../../model/source-location.ts';

/** One object of the listing: its value, and its place in the text for messages and for reading it again. */
export interface Entry {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/**
 * The objects of `{"nftables": [ … ]}`, one by one, so that a listing of a million rules is never held as one tree and
 * an error has a place.
 */
export function* entriesOf(text: string, file: string): Generator<Entry> {
  const fail = (message: string, at: number): InputError => notJson(text, file, message, at);
  let at = expectAll(text, ['{', '"nftables"', ':', '['], fail);
  let line = 1;
  let counted = 0;
  for (;;) {
    at = skipBlanks(text, at);
    if (text[at] === ']') break;
    if (text[at] !== '{') throw fail('expected an object', at);
    const end = valueEnd(text, at);
    if (end === undefined) throw fail('an object does not end', text.length);
    for (
      let newline = text.indexOf('\n', counted);
      newline >= 0 && newline < at;
      newline = text.indexOf('\n', counted)
    ) {
      line++;
      counted = newline + 1;
    }
    if (!text.includes('\n', counted)) counted = text.length;
    yield { value: parse(text, at, end, fail), start: at, end, line };
    at = skipBlanks(text, end);
    if (text[at] === ',') at++;
    else if (text[at] !== ']') throw fail('expected a comma or the end of the list', at);
  }
  at = skipBlanks(text, at + 1);
  if (text[at] !== '}') throw fail('expected the closing brace', at);
  at = skipBlanks(text, at + 1);
  if (at < text.length) throw fail('more text after the end', at);
}

/** The value of an entry, read again. */
export function readAgain(text: string, { start, end }: Pick<Entry, 'start' | 'end'>): unknown {
  return JSON.parse(text.slice(start, end)) as unknown;
}

function expectAll(
  text: string,
  tokens: readonly string[],
  fail: (message: string, at: number) => InputError,
): number {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  for (const token of tokens) {
    at = skipBlanks(text, at);
    if (!text.startsWith(token, at)) throw fail(`expected ${token}`, at);
    at += token.length;
  }
  return at;
}

/** Where the object that begins here ends; `undefined` when it does not. Only braces and strings are looked at; JSON.parse judges the rest. */
export function valueEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = stringEnd(text, at);
        break;
      case OPEN:
        depth++;
        break;
      case CLOSE:
        if (--depth === 0) return at + 1;
    }
  }
  return undefined;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

function parse(
  text: string,
  start: number,
  end: number,
  fail: (message: string, at: number) => InputError,
): unknown {
  let value: unknown;
  try {
    value = readAgain(text, { start, end });
  } catch {
    throw fail('not valid JSON', start + (jsonFlaw(text.slice(start, end)) ?? 0));
  }
  const large = largeInteger(text.slice(start, end));
  if (large !== undefined) throw fail('a number beyond 63 bits', start + large);
  return value;
}

/** The offset of an integer that does not fit into nft's reader of JSON. */
function largeInteger(text: string): number | undefined {
  if (!/\d{19}/.test(text)) return undefined;
  for (const { 0: found, index } of text.matchAll(STRING_OR_INTEGER))
    if (found.length >= 19 && !found.startsWith('"') && BigInt.asIntN(64, BigInt(found)) !== BigInt(found))
      return index;
  return undefined;
}

const STRING_OR_INTEGER = /"(?:[^"\\]|\\.)*"|-?\d+(?![\d.eE])/g;

function skipBlanks(text: string, from: number): number {
  let at = from;
  for (
    let code = text.charCodeAt(at);
    code === 32 || (code >= 9 && code <= 13 && code !== 11 && code !== 12);
    code = text.charCodeAt(++at)
  );
  return at;
}

function notJson(text: string, file: string, message: string, at: number): InputError {
  const isEnd = at >= text.length;
  return badRuleset(
    placeIn(file, text, at),
    isEnd ? `the file ends: ${message}` : message,
    isEnd ? undefined : excerpt(text.slice(at, at + 81)),
    'give the output of nft -j list ruleset',
  );
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
