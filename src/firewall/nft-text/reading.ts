import type { Expression } from '../nft/syntax.ts';
import type { Lexer } from './lexer.ts';

/** Where a parser stands: every function of this folder reads from it and leaves it after what it read. */
export interface Reading {
  readonly lexer: Lexer;
  scope: Scope | null;
  depth: number;
}

/** The `define`s that hold at a place, the latest first; `value` is null after `undefine`. */
export interface Scope {
  readonly name: string;
  readonly value: Expression | null;
  readonly outer: Scope | null;
}

/** `$name`; it stands on the dollar sign. */
export function readVariable({ lexer, scope }: Reading): Expression {
  const at = lexer.start;
  lexer.expect('$');
  const name = lexer.name('the name of a variable');
  for (let entry = scope; entry !== null; entry = entry.outer) {
    if (entry.name !== name) continue;
    if (entry.value !== null) return entry.value;
    break;
  }
  throw lexer.fail(`no variable "${name}"`, 'define it earlier in the file', at);
}

/** Reads something that may hold itself; files nest a few levels, and a limit keeps the stack safe. */
export function nested<T>(reading: Reading, read: () => T): T {
  if (++reading.depth > MOST_LEVELS)
    throw reading.lexer.fail('nested too deeply', `nest at most ${MOST_LEVELS} levels`);
  const result = read();
  reading.depth--;
  return result;
}

const MOST_LEVELS = 50;
