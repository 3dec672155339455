import { MAX_LEVELS } from '../../syntax/max-levels.ts';
import type { Expression, Statement } from '../../syntax/syntax.ts';
import type { Lexer } from './lexer.ts';

/** Where a parser is in the text: every function of text/ reads from it and leaves it after what it read. */
export interface ParserState {
  readonly lexer: Lexer;
  readonly statements: TextStatements;
  scope: Scope | null;
  depth: number;
}

/** The statements of nft as the text parser needs them, handed in by their registry. */
export interface TextStatements {
  /** One statement of a rule. */
  readonly read: (state: ParserState) => Statement;
  /** One that sets and their elements may have as well: a counter, a limit; `undefined` where none begins here. */
  readonly readStateful: (state: ParserState) => Statement | undefined;
  /** The kernel runs nothing after it. */
  readonly isTerminal: (statement: Statement) => boolean;
}

/** The `define`s in force at a place, the latest first; `value` is null after `undefine`. */
export interface Scope {
  readonly name: string;
  readonly value: Expression | null;
  /** How many values it has. */
  readonly size: number;
  /** How many values the variables used so far in the file have; all its scopes share it. */
  readonly spent: { values: number };
  readonly outer: Scope | null;
}

/** Adds a variable that is in force from here on. */
export function define(state: ParserState, name: string, value: Expression | null): void {
  const { scope: outer, lexer } = state;
  const size =
    value === null
      ? 0
      : sizeOf(value, () => lexer.fail('nested too deeply', `nest at most ${MAX_LEVELS} levels`));
  state.scope = { name, value, size, spent: outer?.spent ?? { values: 0 }, outer };
}

/** Variables share their values: each counts as often as it is used. */
function sizeOf(value: Expression, tooDeep: () => Error, level = 0): number {
  if (level > MAX_LEVELS) throw tooDeep();
  const sum = (parts: readonly Expression[]): number =>
    parts.reduce((size, part) => size + sizeOf(part, tooDeep, level + 1), 0);
  switch (value.kind) {
    case 'list':
    case 'concat':
      return sum(value.parts);
    case 'set':
      return value.elements.reduce(
        (size, { key }) => size + (key.kind === 'word' ? 1 : sizeOf(key, tooDeep, level + 1)),
        0,
      );
    case 'binary':
      return sum([value.left, value.right]);
    case 'range':
      return sum([value.from, value.to]);
    default:
      return 1;
  }
}

/** `$name`; the current token is the dollar sign. */
export function readVariable({ lexer, scope }: ParserState): Expression {
  const at = lexer.start;
  lexer.expect('$');
  const name = lexer.name('the name of a variable');
  for (let entry = scope; entry !== null; entry = entry.outer) {
    if (entry.name !== name) continue;
    if (entry.value === null) break;
    entry.spent.values += entry.size;
    if (entry.spent.values > MAX_VALUES)
      throw lexer.fail(
        `variables with more than ${MAX_VALUES} values in all`,
        'give the output of nft list ruleset instead',
        at,
      );
    return entry.value;
  }
  throw lexer.fail(`no variable "${name}"`, 'define it earlier in the file', at);
}

/** Reads something that may contain itself. */
export function nested<T>(state: ParserState, read: () => T): T {
  if (++state.depth > MAX_LEVELS)
    throw state.lexer.fail('nested too deeply', `nest at most ${MAX_LEVELS} levels`);
  const result = read();
  state.depth--;
  return result;
}

/** In a file; each of them takes room in memory. */
const MAX_VALUES = 5_000_000;
