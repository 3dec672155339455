import { markUnlistedSets } from './lower/sets/unlisted-sets.ts';
import { lowerRuleset } from './lower/lower-ruleset.ts';
import { markChangingSets } from './lower/sets/dynamic-sets.ts';
import { badRuleset } from '../../model/source-location.ts';
import type { Ruleset } from '../../model/ruleset.ts';
import { readCommand } from './text/blocks/commands.ts';
import { readCommon } from './text/define-include.ts';
import { Lexer } from './text/scan/lexer.ts';
import type { ParserState } from './text/scan/parser-state.ts';
import { lowerStatement } from './statements/index.ts';
import { TEXT_STATEMENTS } from './statements/read-text.ts';
import type { Tables } from './syntax/table-builder.ts';
import { shownOrigin, showExtensions } from './quirks/restore-xt-comments.ts';

/**
 * What `nft list ruleset` prints, or a file for `nft -f`. Tables, chains and sets are read first, rules one by one after.
 * @throws InputError with line and column on what nft would not load, and on `include`.
 */
export function parseNftText(given: string, file: string): Ruleset {
  const text = showExtensions(given);
  const tables: Tables = new Map();
  const origin = shownOrigin(file, given, text);
  const state: ParserState = {
    lexer: new Lexer(origin, text),
    statements: TEXT_STATEMENTS,
    scope: null,
    depth: 0,
  };
  const { lexer } = state;
  for (lexer.skipSeparators(); !lexer.isAtEnd(); lexer.skipSeparators()) {
    if (!readCommon(state)) readCommand(state, tables);
    if (lexer.kind !== 'separator' && lexer.kind !== 'end')
      throw lexer.fail('the command does not end here', 'begin the next one on a new line');
  }
  if (tables.size === 0 && !/\bflush\s+ruleset\b/.test(text)) {
    throw badRuleset(
      { file, line: 1, column: 1 },
      'no table in it',
      undefined,
      'give the output of nft list ruleset',
    );
  }
  if (!text.includes('{') && text.split('\n').every((line) => /^\s*(?:table\b|#|$)/.test(line))) {
    throw badRuleset(
      { file, line: 1, column: 1 },
      'a list of tables, as nft list tables prints it, without their rules',
      undefined,
      'give the output of nft list ruleset',
    );
  }
  markChangingSets(text, tables.values());
  markUnlistedSets([...tables.values()]);
  return lowerRuleset(tables.values(), { file, dialect: 'nft', origin }, lowerStatement);
}
