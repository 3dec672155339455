import type { Statement } from '../syntax/syntax.ts';
import { readExpression, startsExpression } from '../text/expression.ts';
import { nested, type ParserState, type TextStatements } from '../text/scan/parser-state.ts';
import { isTerminal, STATEMENTS } from './index.ts';
import type { AnyStatement, TextReader, TextReaderAfterKey } from './statement.ts';

/** How the text parser reads statements. */
export const TEXT_STATEMENTS: TextStatements = { read, readStateful, isTerminal };

const READERS = readersOf(STATEMENTS);
const STATEFUL_READERS = readersOf(STATEMENTS.filter(({ isStateful }) => isStateful));
const READERS_AFTER_KEY: ReadonlyMap<string, TextReaderAfterKey> = new Map(
  STATEMENTS.flatMap(({ textAfterKey = {} }) => Object.entries(textAfterKey)),
);

/** Several statements begin with `ct`. */
function readersOf(statements: readonly AnyStatement[]): ReadonlyMap<string, readonly TextReader[]> {
  const readers = new Map<string, TextReader[]>();
  for (const [word, reader] of statements.flatMap(({ text = {} }) => Object.entries(text)))
    readers.set(word, [...(readers.get(word) ?? []), reader]);
  return readers;
}

/** One statement of a rule. What begins like none of them takes the rest of the rule with it, as unknown. */
function read(state: ParserState): Statement {
  return readByWord(state, READERS) ?? (startsExpression(state) ? readAfterKey(state) : readUnknown(state));
}

function readStateful(state: ParserState): Statement | undefined {
  return readByWord(state, STATEFUL_READERS);
}

function readByWord(
  state: ParserState,
  readers: ReadonlyMap<string, readonly TextReader[]>,
): Statement | undefined {
  const { lexer } = state;
  if (lexer.kind !== 'word') return undefined;
  for (const reader of readers.get(lexer.text) ?? []) {
    const statement = reader(state);
    if (statement !== undefined) return statement;
  }
  return undefined;
}

function readAfterKey(state: ParserState): Statement {
  const key = readExpression(state);
  const { lexer } = state;
  const reader = lexer.kind === 'quoted' ? undefined : READERS_AFTER_KEY.get(lexer.text);
  const read = reader ?? READERS_AFTER_KEY.get('');
  return read === undefined ? readUnknown(state) : read(state, key);
}

function readUnknown(state: ParserState): Statement {
  const { lexer } = state;
  const { start } = lexer;
  if (lexer.kind !== 'word' || !STATEMENT_WORD.test(lexer.text))
    throw lexer.fail('expected a statement', 'write rules as nft list ruleset does');
  do skipToken(state);
  while (!lexer.isAtRuleEnd());
  return { kind: 'unknown', text: lexer.textFrom(start), reason: { code: 'unsupported' } };
}

/** What a statement of some later nft may begin with. */
const STATEMENT_WORD = /^[a-z][a-z0-9_-]*$/;

/** One token, or everything between two braces. */
function skipToken(state: ParserState): void {
  const { lexer } = state;
  if (!lexer.skip('{')) {
    lexer.next();
    return;
  }
  nested(state, () => {
    while (!lexer.is('}')) {
      if (lexer.kind === 'end') throw lexer.fail('a brace is not closed', 'close it with "}"');
      skipToken(state);
    }
    lexer.next();
  });
}
