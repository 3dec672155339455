import type { InputError } from '../../../../../input-error.ts';
import { tryParseIpv6 } from '../../../../../net/ipv6-number.ts';
import { badRuleset, excerpt } from '../../../../model/source-location.ts';
import type { Origin } from '../../syntax/origin.ts';
import { quotedEnd } from './quoted-end.ts';
import { PACKET_WORDS, STRUCTURE_WORDS } from './reserved-words.ts';
import { isDigit, isWordStart, matchAt, wordEnd } from './scan-word.ts';

/**
 * `word`: a name, number or address; `quoted`: its text without the quotes; `separator`: a newline or semicolon; `unknown`: a
 * character that only the name of a chain can have.
 */
export type TokenKind = 'word' | 'quoted' | 'symbol' | 'separator' | 'unknown' | 'end';

/**
 * Reads nft's text token by token, as its own scanner cuts it. `kind`, `text`, `start` and `end` are those
 * of the current token; `next()` moves to the one after it, past spaces, comments and the ends of continued lines.
 */
export class Lexer {
  kind: TokenKind = 'separator';
  text = '';
  start: number;
  end: number;
  /** Where the token before it ended: the end of a statement's text. */
  previousEnd: number;
  line: number;

  /** Its current token is the first from `from` on. */
  constructor(
    readonly origin: Origin,
    readonly source: string,
    from = 0,
    private readonly to = source.length,
    line = 1,
  ) {
    this.start = this.end = this.previousEnd = from;
    this.line = line;
    this.next();
  }

  next(): void {
    const { source } = this;
    this.previousEnd = this.end;
    let at = this.end;
    if (this.kind === 'separator' && this.text === '\n') this.line++;
    for (; at < this.to; at++) {
      const code = source.charCodeAt(at);
      if (code === SPACE || code === TAB || code === RETURN) continue;
      if (code === HASH) at = this.lineEnd(at) - 1;
      else if (code === BACKSLASH && this.isContinued(at)) {
        at = this.lineEnd(at);
        this.line++;
      } else break;
    }
    this.start = at;
    if (at >= this.to) this.set('end', this.to, '');
    else this.readToken(at, source.charCodeAt(at));
  }

  /** Whether the current token is this symbol, word or separator (never a quoted text). */
  is(text: string): boolean {
    return this.text === text && this.kind !== 'quoted';
  }

  /** Whether nothing is left. A method, since every `next()` may change the answer. */
  isAtEnd(): boolean {
    return this.kind === 'end';
  }

  /** A rule ends with its line, with the file, or with the chain it is written in. */
  isAtRuleEnd(): boolean {
    return this.kind === 'separator' || this.kind === 'end' || this.is('}');
  }

  /** Moves past the text when it is the token here. */
  skip(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    if (!this.skip(text)) throw this.fail(`expected "${text}"`, `write "${text}" here`);
  }

  /** A name: a word or a quoted text. */
  name(what: string): string {
    if (this.kind !== 'word' && this.kind !== 'quoted') throw this.fail(`expected ${what}`, `give ${what}`);
    const { text } = this;
    this.next();
    return text;
  }

  /** A text whose quotes may be left out where it is not a number. */
  string(what: string): string {
    if (this.kind === 'word' && NUMBER.test(this.text))
      throw this.fail(`expected ${what}`, 'write it in double quotes');
    return this.name(what);
  }

  /** The name of a chain. iptables makes them of all but blanks, also of what is a reserved word to nft, and nft lists them bare. */
  chainName(): string {
    const name = matchAt(BARE, this.source, this.start);
    if (this.kind === 'quoted' || name === '') return this.identifier('the name of a chain');
    this.end = this.start + name.length;
    this.next();
    return name;
  }

  /** The name of a table or set: nft takes neither a number nor a quoted text, and no star at its end. */
  identifier(what: string): string {
    if (this.kind !== 'word' || NUMBER.test(this.text) || this.text.endsWith('*') || isOddAddress(this.text))
      throw this.fail(`expected ${what}`, `give ${what}: letters, digits and _ . / -, a letter first`);
    if (STRUCTURE_WORDS.has(this.text) || PACKET_WORDS.has(this.text))
      throw this.fail('a reserved word of nft', 'use another name');
    return this.name(what);
  }

  skipSeparators(): this {
    while (this.kind === 'separator') this.next();
    return this;
  }

  /** Newlines mean nothing within braces. */
  skipNewlines(): void {
    while (this.kind === 'separator' && this.text === '\n') this.next();
  }

  /** The kind and text of the token after this one. */
  peek(): { readonly kind: TokenKind; readonly text: string } {
    const { kind, text, start, end, previousEnd, line } = this;
    this.next();
    const ahead = { kind: this.kind, text: this.text };
    Object.assign(this, { kind, text, start, end, previousEnd, line });
    return ahead;
  }

  /** A word follows this token on its line; cheaper than `peek()`. */
  isBeforeWord(): boolean {
    let at = this.end;
    let code = this.source.charCodeAt(at);
    while (code === SPACE || code === TAB) code = this.source.charCodeAt(++at);
    return at < this.to && isWordStart(code);
  }

  /** Whether the token is a word that begins with a digit, followed at once by a comma: it can only be a value. */
  isPlainItem(): boolean {
    return (
      this.kind === 'word' &&
      isDigit(this.source.charCodeAt(this.start)) &&
      this.source.charCodeAt(this.end) === COMMA
    );
  }

  /** What was read since `start`. */
  textFrom(start: number): string {
    return this.source.slice(start, this.previousEnd);
  }

  /** Continues at a later place of the source. */
  jumpTo(position: number, line: number): void {
    this.end = position;
    this.kind = 'separator';
    this.text = ';';
    this.line = line;
    this.next();
  }

  /** The error for the current token, or for a place of the source. */
  fail(message: string, fix: string, at = this.start): InputError {
    if (this.kind === 'unknown' && at === this.start)
      [message, fix] = ['a character that nft does not know', 'give the output of nft list ruleset'];
    const value =
      at >= this.source.length ? undefined : excerpt(this.source.slice(at, at + 81).split('\n', 1)[0] ?? '');
    const end = at >= this.source.length ? 'the file ends: ' : '';
    return badRuleset(this.origin.placeAt(at), `${end}${message}`, value, fix);
  }

  private readToken(at: number, code: number): void {
    const word = wordEnd(this.source, at, this.to);
    if (word > at) {
      this.set('word', word);
      return;
    }
    if (code === QUOTE) {
      this.readQuoted(at);
      return;
    }
    if (code === NEWLINE || code === SEMICOLON) {
      this.set('separator', at + 1);
      return;
    }
    const bracketed = code === BRACKET ? matchAt(BRACKETED, this.source, at) : '';
    if (bracketed !== '') {
      this.set('word', at + bracketed.length, bracketed.slice(1, -1));
      return;
    }
    const length = this.symbolLength(at, code);
    if (length === 0) this.set('unknown', at + 1);
    else this.set('symbol', at + length);
  }

  private set(kind: TokenKind, end: number, text = this.source.slice(this.start, end)): void {
    this.kind = kind;
    this.end = end;
    this.text = text;
  }

  private readQuoted(at: number): void {
    const close = quotedEnd(this.source, at, this.to);
    if (close === undefined)
      throw this.fail('a quoted string does not end', 'close the double quote on the same line', at);
    this.set('quoted', close + 1, this.source.slice(at + 1, close));
  }

  private symbolLength(at: number, code: number): number {
    const next = this.source.charCodeAt(at + 1);
    switch (code) {
      case EQUALS:
        return next === EQUALS ? 2 : 1;
      case EXCLAMATION:
        return next === EQUALS ? 2 : 1;
      case LESS:
        return next === EQUALS || next === LESS ? 2 : 1;
      case GREATER:
        return next === EQUALS || next === GREATER ? 2 : 1;
      default:
        return SYMBOLS.includes(this.source.charAt(at)) ? 1 : 0;
    }
  }

  private lineEnd(at: number): number {
    const end = this.source.indexOf('\n', at);
    return end < 0 || end > this.to ? this.to : end;
  }

  private isContinued(at: number): boolean {
    const next = this.source.charCodeAt(at + 1);
    return next === NEWLINE || (next === RETURN && this.source.charCodeAt(at + 2) === NEWLINE);
  }
}

/** Colons in a row that are no address: nft parts them. */
function isOddAddress(text: string): boolean {
  return text.includes(':') && tryParseIpv6(text) === undefined && !MAC_OR_CLASS.test(text);
}

const MAC_OR_CLASS = /^(?:(?:[\da-f]{1,2}:){5}[\da-f]{1,2}|[\da-f]{1,4}:[\da-f]{1,4})$/i;

/** What is a number to nft and no name. */
const NUMBER = /^(?:\d{1,19}|0x[\da-f]{1,16})$/i;

const BRACKETED = /\[(?=[\da-f]*:)[\da-f:.]+\]/iy;

/** A text that ends with a blank or its line, without what would end it in a file that somebody wrote. */
const BARE = /[^\s{}",;#$\\]+(?=\s|$)/y;

const SYMBOLS = '{}()[],:@$*/-.&|^+';
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const EXCLAMATION = 33;
const QUOTE = 34;
const HASH = 35;
const COMMA = 44;
const SEMICOLON = 59;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const BRACKET = 91;
const BACKSLASH = 92;
