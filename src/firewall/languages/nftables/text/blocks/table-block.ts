import { OBJECT_KINDS } from '../../syntax/object-kinds.ts';
import { chainIn, type TableDraft } from '../../syntax/table-builder.ts';
import { endLine, readChainBlock, skipLine } from './chain-block.ts';
import { readCommon } from '../define-include.ts';
import type { Lexer } from '../scan/lexer.ts';
import type { ParserState } from '../scan/parser-state.ts';
import { readSetBlock } from './set-block.ts';

/** What is between the braces of a table; objects other than chains, sets and maps decide nothing by themselves. */
export function readTableBlock(state: ParserState, table: TableDraft): void {
  const { lexer, scope } = state;
  lexer.expect('{');
  for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
    if (lexer.kind === 'end') throw lexer.fail(`table ${table.name} does not end`, 'give the whole file');
    if (readCommon(state)) continue;
    const { line, start, text: kind } = lexer;
    switch (kind) {
      case 'chain':
        lexer.next();
        readChainBlock(state, table, chainIn(table, lexer.identifier('the name of a chain'), line));
        break;
      case 'set':
      case 'map':
        lexer.next();
        readSetBlock(state, table, {
          name: lexer.identifier('the name of a set'),
          at: start,
          isMap: kind === 'map',
        });
        break;
      case 'comment':
        lexer.next();
        lexer.string('a comment');
        endLine(lexer);
        break;
      case 'flags':
        lexer.next();
        do if (lexer.name('a flag') === 'dormant') table.isDormant = true;
        while (lexer.skip(','));
        endLine(lexer);
        break;
      default:
        if (!OBJECT_WORDS.has(kind) || lexer.kind !== 'word')
          throw lexer.fail('unknown table item', 'write chain, set or map');
        skipObject(lexer);
    }
  }
  lexer.expect('}');
  state.scope = scope;
}

/** Skips an object whose contents decide nothing by themselves; a command names its table first. */
export function skipObject(lexer: Lexer, readTable?: () => void): void {
  const { text: kind } = lexer;
  lexer.next();
  if (kind === 'ct') {
    if (!CT_OBJECTS.includes(lexer.text))
      throw lexer.fail('not an object of ct', `write ct ${CT_OBJECTS.join(', ct ')}`);
    lexer.next();
  }
  readTable?.();
  lexer.identifier(`the name of a ${kind}`);
  if (!lexer.is('{')) {
    if (readTable === undefined)
      throw lexer.fail('expected "{"', `write the properties of the ${kind} in braces`);
    skipLine(lexer);
    return;
  }
  lexer.next();
  for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
    if (lexer.kind === 'end' || OF_OTHERS.has(lexer.text) || (lexer.is('type') && kind !== 'ct'))
      throw lexer.fail(`unknown property of a ${kind}`, 'write what nft list ruleset shows of it');
    skipLine(lexer);
  }
  lexer.next();
}

/** Words that begin a line in a table, a chain or a set, but not in an object. */
const OF_OTHERS: ReadonlySet<string> = new Set([
  ...['typeof', 'elements', 'auto-merge', 'gc-interval', 'table', 'chain', 'set', 'map', 'rule', 'element'],
]);

const CT_OBJECTS = [...OBJECT_KINDS].filter((kind) => kind.startsWith('ct ')).map((kind) => kind.slice(3));

/** The words that objects begin with whose contents decide nothing. */
export const OBJECT_WORDS: ReadonlySet<string> = new Set(
  [...OBJECT_KINDS].map((kind) => kind.split(' ', 1)[0] ?? kind),
);
