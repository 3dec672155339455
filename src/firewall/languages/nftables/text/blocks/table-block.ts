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
        readChainBlock(state, table, chainIn(table, lexer.chainName(), line));
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
        readObject(lexer, table);
    }
  }
  lexer.expect('}');
  state.scope = scope;
}

/** An object; of what limits and quotas have in their braces the text is kept, no other decides anything by itself. */
export function readObject(lexer: Lexer, table: TableDraft | (() => TableDraft)): void {
  const { text: kind } = lexer;
  lexer.next();
  if (kind === 'ct') {
    if (!CT_OBJECTS.includes(lexer.text))
      throw lexer.fail('not an object of ct', `write ct ${CT_OBJECTS.join(', ct ')}`);
    lexer.next();
  }
  const isCommand = typeof table === 'function';
  const { objects } = isCommand ? table() : table;
  const name = lexer.identifier(`the name of a ${kind}`);
  const { start } = lexer;
  const keep = (): void => {
    const lines = lexer.textFrom(start).split(/[{};\n]/);
    const body = lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('comment'));
    const id = `${kind} ${name}`;
    if (!objects.has(id)) objects.set(id, body ?? '');
  };
  if (!lexer.is('{')) {
    if (!isCommand) throw lexer.fail('expected "{"', `write the properties of the ${kind} in braces`);
    skipLine(lexer);
    keep();
    return;
  }
  lexer.next();
  for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
    if (lexer.kind === 'end' || OF_OTHERS.has(lexer.text) || (lexer.is('type') && kind !== 'ct'))
      throw lexer.fail(`unknown property of a ${kind}`, 'write what nft list ruleset shows of it');
    skipLine(lexer);
  }
  keep();
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
