import { markUnlistedSets } from '../lower/sets/unlisted-sets.ts';
import { compileRuleset } from '../lower/lower-ruleset.ts';
import { markChangingSets } from '../lower/sets/dynamic-sets.ts';
import { badRuleset } from '../../../model/source-location.ts';
import type { Ruleset } from '../../../model/ruleset.ts';
import { readCommand, type Tables } from './blocks/commands.ts';
import { readCommon } from './define-include.ts';
import { Lexer } from './scan/lexer.ts';
import type { Reading } from './scan/parser-state.ts';
import { shownOrigin, showExtensions } from '../quirks/restore-xt-comments.ts';

/**
 * What `nft list ruleset` prints, or a file for `nft -f`. Tables, chains and sets are read first, rules one by one after.
 * @throws InputError with line and column on what nft would not load, and on `include`.
 */
export function parseNftText(given: string, file: string): Ruleset {
  const text = showExtensions(given);
  const tables: Tables = new Map();
  const origin = shownOrigin(file, given, text);
  const reading: Reading = { lexer: new Lexer(origin, text), scope: null, depth: 0 };
  const { lexer } = reading;
  for (lexer.skipSeparators(); !lexer.isAtEnd(); lexer.skipSeparators()) {
    if (!readCommon(reading)) readCommand(reading, tables);
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
  return compileRuleset(tables.values(), file, 'nft', origin);
}
