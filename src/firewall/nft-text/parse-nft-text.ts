import { markUnlistedSets } from '../nft/unlisted-sets.ts';
import { compileRuleset } from '../nft/compile-ruleset.ts';
import { markChangingSets } from '../nft/changing-sets.ts';
import { badRuleset } from '../place.ts';
import type { Ruleset } from '../ruleset.ts';
import { readCommand, type Tables } from './commands.ts';
import { readCommon } from './common.ts';
import { Lexer } from './lexer.ts';
import type { Reading } from './reading.ts';
import { shownOrigin, showExtensions } from './show-extensions.ts';

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
  if (!text.includes('{') && /^\s*(?:table[^\n]*\s*)+$/.test(text)) {
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
