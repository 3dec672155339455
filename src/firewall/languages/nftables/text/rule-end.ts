import { quotedEnd } from './scan/quoted-end.ts';
import type { Lexer } from './scan/lexer.ts';

/** Where the rule or command that begins at the lexer's token ends, and in which line: a separator or a brace outside its own braces. */
export function ruleEnd(lexer: Lexer): { readonly end: number; readonly line: number } {
  const { source, start } = lexer;
  let { line } = lexer;
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    switch (source.charCodeAt(at)) {
      case NEWLINE:
        if (depth === 0) return { end: at, line };
        line++;
        break;
      case SEMICOLON:
        if (depth === 0) return { end: at, line };
        break;
      case OPEN:
        depth++;
        break;
      case CLOSE:
        if (depth-- === 0) return { end: at, line };
        break;
      case QUOTE: {
        const close = quotedEnd(source, at);
        if (close === undefined)
          throw lexer.fail('a quoted string does not end', 'close the double quote on the same line', at);
        at = close;
        break;
      }
      case HASH: {
        const newline = source.indexOf('\n', at);
        at = newline < 0 ? source.length : newline - 1;
        break;
      }
      case BACKSLASH:
        if (source.charCodeAt(at + 1) === RETURN) at++;
        if (source.charCodeAt(at + 1) === NEWLINE) {
          at++;
          line++;
        }
        break;
    }
  }
  if (depth > 0) throw lexer.fail('the rule does not end', 'close its braces', source.length);
  return { end: source.length, line };
}

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const HASH = 35;
const SEMICOLON = 59;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
