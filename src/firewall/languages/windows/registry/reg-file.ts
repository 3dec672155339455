import type { InputError } from '../../../../input-error.ts';
import { badRuleset, lineOf, placeIn } from '../../../model/source-location.ts';
import { isDamaged } from '../policy/damaged.ts';
import {
  RegistryBuilder,
  type RegistryContent,
  type RegistryKey,
  type RegistryValue,
} from './registry-values.ts';

const HEADER = /^\s*(?:Windows Registry Editor Version 5\.00|REGEDIT4)[ \t]*\r?$/m;

/** Whether a text is an export of the registry: its first line says so. */
export function isRegFile(text: string): boolean {
  return /^\s*(?:Windows Registry Editor Version|REGEDIT4\b)/.test(text);
}

/**
 * Whether an export has its end: after the last value an empty line. Who edits one on another system may leave that out: then it is not
 * shown.
 */
export function endOfRegFile(text: string): 'whole' | 'perhaps-cut' | 'not-shown' {
  if (/\n[ \t]*\r?\n\s*$/.test(text.slice(-1000))) return 'whole';
  return text.includes('\r\n') ? 'perhaps-cut' : 'not-shown';
}

/**
 * The values of a `.reg` file, as `reg export` and regedit write it.
 * @throws InputError with line and column for what is not part of one, a file that was cut among them
 */
export function parseRegFile(text: string, file: string): RegistryContent {
  const found = new RegistryBuilder();
  const header = HEADER.exec(text);
  if (header === null) throw bad(text, file, 0, 'the first line is not that of a registry export');
  let at = header.index + header[0].length;
  // Lines are counted as they are passed: a file of a million values is read once.
  let [line, counted] = [lineOf(text, at), at];
  let key: RegistryKey | null = null;
  let heading = line;
  while (at < text.length) {
    const start = skipBlank(text, at);
    if (start >= text.length) break;
    for (
      let next = text.indexOf('\n', counted);
      next >= 0 && next < start;
      next = text.indexOf('\n', next + 1)
    ) {
      line++;
      counted = next + 1;
    }
    const first = text[start];
    if (first === ';') at = endOfLine(text, start);
    else if (first === '[') {
      const end = endOfLine(text, start);
      const name = text.slice(start + 1, end).trimEnd();
      if (!name.endsWith(']')) throw bad(text, file, start, 'a key without its closing bracket');
      const path = name.slice(0, -1);
      if (isDamaged(path)) throw bad(text, file, start, 'a key with characters that could not be read');
      if (path.startsWith('-')) {
        found.deleteKey(path.slice(1));
        key = null;
      } else key = found.open(path);
      heading = line;
      at = end;
    } else if (first === '"' || first === '@') {
      if (key === null) throw bad(text, file, start, 'a value that belongs to no key');
      at = readValue({ text, file, key, heading, line }, start);
    } else throw bad(text, file, start, 'not a line of a registry export');
  }
  return found.content();
}

interface Spot {
  readonly text: string;
  readonly file: string;
  readonly key: RegistryKey;
  /** The line of the key's heading. */
  readonly heading: number;
  readonly line: number;
}

/** `"name"=data`; returns where it ends. */
function readValue({ text, file, key, heading, line }: Spot, start: number): number {
  const add = (data: RegistryValue['data']): void => {
    const before = key.set({ name, data, line });
    if (before !== undefined && before.line > heading)
      throw bad(text, file, start, 'a value that stands twice below one heading; one between may be lost');
  };
  const named = text[start] === '@' ? { value: '', end: start + 1 } : quoted(text, file, start);
  const name = named.value;
  let at = named.end;
  while (text[at] === ' ' || text[at] === '\t') at++;
  if (text[at] !== '=') throw bad(text, file, at, 'a value without "="');
  at++;
  while (text[at] === ' ' || text[at] === '\t') at++;
  if (text[at] === '"') {
    const { value, end } = quoted(text, file, at);
    add(value);
    return restOfLine(text, file, end);
  }
  const { data, end } = joinedLines(text, at);
  const word = data.toLowerCase();
  if (word === '-') key.delete(name);
  else if (/^dword:[0-9a-f]{1,8}$/.test(word)) {
    if (end >= text.length && word.length < 'dword:00000000'.length)
      throw bad(text, file, at, 'a number that the file ends within');
    add(parseInt(word.slice(6), 16));
  } else if (/^hex(?:\([0-9a-f]{1,8}\))?:[0-9a-f, \t]*$/.test(word)) add(hexData(word));
  else throw bad(text, file, at, 'a value whose data is not of a known form');
  return end;
}

/** A text in quotation marks, backslash and quotation mark escaped; it may go over several lines. */
function quoted(text: string, file: string, start: number): { readonly value: string; readonly end: number } {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  const written = text.slice(start + 1, end < 0 ? text.length : end);
  const nul = written.indexOf('\0');
  if (nul >= 0) throw bad(text, file, start + 1 + nul, 'a NUL character in a text');
  if (end < 0) throw bad(text, file, start, 'a text without its closing quotation mark; the file may be cut');
  return { value: written.includes('\\') ? written.replaceAll(ESCAPED, '$1') : written, end: end + 1 };
}

const ESCAPED = /\\(.)/gs;

/** By an odd number of backslashes before it. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first--;
  return (at - first) % 2 === 1;
}

/** The rest of a line and, where it ends with a backslash, of those after it. */
function joinedLines(text: string, start: number): { readonly data: string; readonly end: number } {
  let data = '';
  let at = start;
  for (;;) {
    const end = endOfLine(text, at);
    const part = text.slice(at, end).trim();
    if (!part.endsWith('\\')) return { data: data + part, end };
    data += part.slice(0, -1);
    if (end >= text.length) return { data, end };
    at = end + 1;
  }
}

/** Bytes: of an expandable or plain string its UTF-16LE text, of four bytes of `hex(4)` the number; null for others. */
function hexData(word: string): string | number | null {
  const colon = word.indexOf(':');
  const digits = word.slice(colon + 1).replaceAll(/[ \t]/g, '');
  const bytes =
    digits === ''
      ? []
      : digits
          .replace(/,$/, '')
          .split(',')
          .map((byte) => parseInt(byte, 16));
  switch (word.slice(0, colon)) {
    case 'hex(1)':
    case 'hex(2)':
      if (bytes.length % 2 !== 0) return null;
      return new TextDecoder('utf-16le').decode(Uint8Array.from(bytes)).replace(/\0$/, '');
    case 'hex(4)': {
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      return bytes.length === 4 ? a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24 : null;
    }
    default:
      return null;
  }
}

function restOfLine(text: string, file: string, at: number): number {
  const end = endOfLine(text, at);
  const rest = text.slice(at, end).trim();
  if (rest !== '' && !rest.startsWith(';')) throw bad(text, file, at, 'text after the end of a value');
  return end;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

const BLANK = /\s*/y;

function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(text);
  return BLANK.lastIndex;
}

function bad(text: string, file: string, at: number, message: string): InputError {
  const shown = text.slice(at, endOfLine(text, at)).trim();
  return badRuleset(placeIn(file, text, at), message, shown, 'give the file as reg export writes it');
}
