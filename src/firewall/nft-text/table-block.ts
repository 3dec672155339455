import { chainIn, type TableDraft } from '../nft/draft.ts';
import { readChainBlock, skipLine } from './chain-block.ts';
import { readCommon } from './common.ts';
import type { Lexer } from './lexer.ts';
import type { Reading } from './reading.ts';
import { readSetBlock } from './set-block.ts';

/** What is between the braces of a table; objects other than chains, sets and maps decide nothing by themselves. */
export function readTableBlock(reading: Reading, table: TableDraft): void {
  const { lexer, scope } = reading;
  lexer.expect('{');
  for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
    if (lexer.kind === 'end') throw lexer.fail(`table ${table.name} does not end`, 'give the whole file');
    if (readCommon(reading)) continue;
    const { line, start, text: kind } = lexer;
    switch (kind) {
      case 'chain':
        lexer.next();
        readChainBlock(reading, table, chainIn(table, lexer.identifier('the name of a chain'), line));
        break;
      case 'set':
      case 'map':
        lexer.next();
        readSetBlock(reading, table, {
          name: lexer.identifier('the name of a set'),
          at: start,
          isMap: kind === 'map',
        });
        break;
      case 'flags':
        lexer.next();
        do if (lexer.name('a flag') === 'dormant') table.isDormant = true;
        while (lexer.skip(','));
        break;
      default:
        if (!OBJECTS.has(kind) || lexer.kind !== 'word')
          throw lexer.fail('nothing that a table holds', 'write chain, set or map');
        skipObject(lexer);
    }
  }
  lexer.expect('}');
  reading.scope = scope;
}

/** Goes past an object whose contents no question depends on. */
export function skipObject(lexer: Lexer): void {
  if (lexer.is('ct') && !CT_OBJECTS.has(lexer.peek().text))
    throw lexer.fail('no object of ct', `write ct ${[...CT_OBJECTS].join(', ct ')}`);
  if (!WITHOUT_NAME.has(lexer.text) && lexer.peek().kind !== 'word')
    throw lexer.fail(`a ${lexer.text} without a name`, 'write its name behind it');
  skipLine(lexer);
}

const WITHOUT_NAME: ReadonlySet<string> = new Set(['comment', 'policy']);
const CT_OBJECTS: ReadonlySet<string> = new Set(['helper', 'timeout', 'expectation']);

/** Objects whose contents no question depends on. */
export const OBJECTS: ReadonlySet<string> = new Set([
  'counter',
  'quota',
  'limit',
  'ct',
  'secmark',
  'synproxy',
  'flowtable',
  'comment',
  'policy',
]);
