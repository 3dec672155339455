import type { InputError } from '../../input-error.ts';
import { badRuleset, excerpt } from '../place.ts';
import type { Origin } from '../nft/origin.ts';
import { PACKET_WORDS, STRUCTURE_WORDS } from './reserved-words.ts';

/** `word`: a name, number or address; `quoted`: its text without the quotes; `separator`: a newline or semicolon. */
export type TokenKind = 'word' | 'quoted' | 'symbol' | 'separator' | 'end';

/**
 * Reads nft's text token by token, as its own scanner cuts it. It stands on one token (`kind`, `text`, `start`, `end`)
 * and moves with `next()`; blanks, comments and continued lines are between tokens.
 */
export class Lexer {
  kind: TokenKind = 'separator';
  text = '';
  start: number;
  end: number;
  /** Where the token before ended: what a statement's text runs to. */
  previousEnd: number;
  line: number;

  /** Stands on the first token from `from` on. */
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

  /** Stands on this symbol, word or separator as it is written (never on a quoted text). */
  is(text: string): boolean {
    return this.text === text && this.kind !== 'quoted';
  }

  /** Nothing is left. A method, since every `next()` may change the answer. */
  isAtEnd(): boolean {
    return this.kind === 'end';
  }

  /** Moves past the text when it stands here. */
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

  /** The name of a table, chain or set: it does not begin with a digit, and nft takes no quotes around it. */
  identifier(what: string): string {
    const first = this.text.charCodeAt(0);
    if (this.kind !== 'word' || (first >= ZERO && first <= NINE) || this.text.includes(':'))
      throw this.fail(`expected ${what}`, `give ${what}: letters, digits and _ . / -, a letter first`);
    if (STRUCTURE_WORDS.has(this.text) || PACKET_WORDS.has(this.text))
      throw this.fail('a word that nft reserves', `give ${what}, another word`);
    return this.name(what);
  }

  skipSeparators(): this {
    while (this.kind === 'separator') this.next();
    return this;
  }

  /** Within braces newlines are blanks. */
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

  /** Stands on a word that begins with a digit and is followed at once by a comma: nothing can be meant but itself. */
  isPlainItem(): boolean {
    const first = this.source.charCodeAt(this.start);
    return (
      this.kind === 'word' && first >= ZERO && first <= NINE && this.source.charCodeAt(this.end) === COMMA
    );
  }

  /** Continues at a later place of the source. */
  jumpTo(position: number, line: number): void {
    this.end = position;
    this.kind = 'separator';
    this.text = ';';
    this.line = line;
    this.next();
  }

  /** The error for the token it stands on, or for a place of the source. */
  fail(message: string, fix: string, at = this.start): InputError {
    const value =
      at >= this.source.length ? undefined : excerpt(this.source.slice(at, at + 81).split('\n', 1)[0] ?? '');
    const end = at >= this.source.length ? 'the file ends: ' : '';
    return badRuleset(this.origin.placeAt(at), `${end}${message}`, value, fix);
  }

  private readToken(at: number, code: number): void {
    if (code === COLON || isHexDigit(code)) {
      const address = this.addressEnd(at);
      if (address > at) {
        this.set('word', address);
        return;
      }
    }
    if (isWordStart(code)) {
      this.set('word', this.wordEnd(at, code));
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
    const length = this.symbolLength(at, code);
    if (length === 0)
      throw this.fail('a character that nft does not know', 'give the output of nft list ruleset', at);
    this.set('symbol', at + length);
  }

  private set(kind: TokenKind, end: number, text = this.source.slice(this.start, end)): void {
    this.kind = kind;
    this.end = end;
    this.text = text;
  }

  /** IPv6 and MAC addresses have two colons at least; anything else made of these characters is no address. */
  private addressEnd(at: number): number {
    let colons = 0;
    let end = at;
    for (; end < this.to; end++) {
      const code = this.source.charCodeAt(end);
      if (code === COLON) colons++;
      else if (!isHexDigit(code) && code !== DOT) break;
    }
    return colons >= 2 ? end : at;
  }

  /** Words that begin with a letter may hold dashes and slashes; numbers end there. Either may end in a star. */
  private wordEnd(at: number, first: number): number {
    const isNumber = first >= ZERO && first <= NINE;
    let end = at + 1;
    for (; end < this.to; end++) {
      const code = this.source.charCodeAt(end);
      if (!isWordPart(code) && (isNumber || (code !== DASH && code !== SLASH))) break;
    }
    return !isNumber && this.source.charCodeAt(end) === STAR && end < this.to ? end + 1 : end;
  }

  private readQuoted(at: number): void {
    const close = this.source.indexOf('"', at + 1);
    const text = close < 0 ? '\n' : this.source.slice(at + 1, close);
    if (close >= this.to || text.includes('\n'))
      throw this.fail('a quoted text does not end', 'close the double quote on the same line', at);
    this.set('quoted', close + 1, text);
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

function isHexDigit(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) ||
    (code >= UPPER_A && code <= UPPER_F) ||
    (code >= LOWER_A && code <= LOWER_F)
  );
}

function isWordStart(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) ||
    (code >= UPPER_A && code <= UPPER_Z) ||
    (code >= LOWER_A && code <= LOWER_Z) ||
    code === UNDERSCORE
  );
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || code === DOT;
}

const SYMBOLS = '{}()[],:@$*/-.&|^+';
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const EXCLAMATION = 33;
const QUOTE = 34;
const HASH = 35;
const STAR = 42;
const COMMA = 44;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const SEMICOLON = 59;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const UPPER_A = 65;
const UPPER_F = 70;
const UPPER_Z = 90;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const LOWER_A = 97;
const LOWER_F = 102;
const LOWER_Z = 122;
