import { InputError } from './input-error.ts';

/**
 * The data a JSON text holds.
 * @throws InputError with line and column of the first character that can't be JSON, or of the end of a text that was cut off
 * (what JSON.parse says of the place depends on the runtime and the mistake).
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const at = jsonFlaw(text) ?? text.length;
    const before = text.slice(0, at);
    const isCutOff = text.slice(at).trim() === '';
    const start = before.lastIndexOf('\n') + 1;
    throw new InputError({
      code: 'bad-json',
      message: isCutOff ? 'the JSON ends too early' : `not valid JSON at "${excerpt(text, at)}"`,
      fix: isCutOff ? 'give the complete file' : 'give a file as vwaudit --json writes it',
      file,
      line: before.split('\n').length,
      column: at - start + 1,
    });
  }
}

function excerpt(text: string, at: number): string {
  return /^[^\n]{0,20}/u.exec(text.slice(at, at + 40))?.[0] ?? '';
}

/**
 * Offset of the first property that its object has twice, of which JSON.parse keeps the last; null for none.
 * @param text valid JSON
 */
export function repeatedProperty(text: string): number | null {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN) open.push(new Set());
    else if (code === CLOSE) open.pop();
    if (code !== QUOTE) continue;
    const start = at;
    at = text.indexOf('"', start + 1);
    while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
    if (text[endOf(BLANK, text, at + 1)] !== ':') continue;
    const written = text.slice(start, at + 1);
    const name = written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
    const names = open.at(-1);
    if (names?.has(name) === true) return start;
    names?.add(name);
  }
  return null;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** What may come next. */
type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

/** Offset of the first character that can't be JSON, the text's length where it ends too early; null for JSON. */
export function jsonFlaw(text: string): number | null {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = endOf(BLANK, text, at);
    const character = text[at];
    if (expected === 'comma-or-end' && open.length === 0) return character === undefined ? null : at;
    if (character === undefined) return at;
    const inside = open.at(-1);
    switch (expected) {
      case 'colon':
        if (character !== ':') return at;
        [expected, at] = ['value', at + 1];
        break;
      case 'comma-or-end':
        if (character === ',') [expected, at] = [inside === '{' ? 'key' : 'value', at + 1];
        else if (character === (inside === '{' ? '}' : ']')) {
          open.pop();
          at += 1;
        } else return at;
        break;
      case 'key':
      case 'key-or-end': {
        if (character === '}' && expected === 'key-or-end') {
          open.pop();
          [expected, at] = ['comma-or-end', at + 1];
          break;
        }
        if (character !== '"') return at;
        const { end, isWhole } = stringEnd(text, at);
        if (!isWhole) return end;
        [expected, at] = ['colon', end];
        break;
      }
      case 'value':
      case 'value-or-end': {
        if (character === '{' || character === '[') {
          open.push(character);
          [expected, at] = [character === '{' ? 'key-or-end' : 'value-or-end', at + 1];
          break;
        }
        if (character === ']' && expected === 'value-or-end') {
          open.pop();
          [expected, at] = ['comma-or-end', at + 1];
          break;
        }
        const { end, isWhole } = character === '"' ? stringEnd(text, at) : wordEnd(text, at);
        if (!isWhole) return end;
        [expected, at] = ['comma-or-end', end];
      }
    }
  }
}

interface End {
  /** Behind the token, or at its first wrong character. */
  readonly end: number;
  readonly isWhole: boolean;
}

const BLANK = /[ \t\n\r]*/y;
const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const WORD_CHARACTERS = /[\w.+-]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** A number, true, false or null; a word the text ends in may have been cut off. */
function wordEnd(text: string, at: number): End {
  const end = endOf(WORD, text, at);
  if (end > at) return { end, isWhole: true };
  const last = endOf(WORD_CHARACTERS, text, at);
  return { end: last === text.length && last > at && isBegun(text.slice(at)) ? last : at, isWhole: false };
}

function isBegun(word: string): boolean {
  const isLiteral = ['true', 'false', 'null'].some((literal) => literal.startsWith(word));
  return isLiteral || /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:(?<=\d)[eE][+-]?\d*)?)?$/.test(word);
}

/** Character by character: a regular expression would run out of stack on a string of megabytes. */
function stringEnd(text: string, start: number): End {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return { end: at + 1, isWhole: true };
    if (Number.isNaN(code)) return { end: at, isWhole: false };
    if (code < 0x20) return { end: at, isWhole: false };
    const next = code === BACKSLASH ? endOf(ESCAPE, text, at) : at + 1;
    if (next === at) return { end: isEscapeBegun(text.slice(at)) ? text.length : at, isWhole: false };
    at = next;
  }
}

function isEscapeBegun(rest: string): boolean {
  return /^\\(?:u[\da-fA-F]{0,3})?$/.test(rest);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
