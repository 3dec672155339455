import {
  chainIn,
  newTable,
  setIn,
  tableId,
  type ChainDraft,
  type TableDraft,
  type Tables,
} from '../../syntax/table-builder.ts';
import { TABLE_FAMILIES, type TableFamily } from '../../../../model/ruleset.ts';
import { readChainBlock, readRule, readRuleAt, skipLine } from './chain-block.ts';
import type { ParserState } from '../scan/parser-state.ts';
import { addElements, readSetBlock } from './set-block.ts';
import { readNumber } from '../values.ts';
import { OBJECT_WORDS, readTableBlock, readObject } from './table-block.ts';

/** One command of the file, as `nft -f` takes them; a plain `table inet t { … }` adds. */
export function readCommand(state: ParserState, tables: Tables): void {
  const { lexer } = state;
  switch (lexer.text) {
    case 'add':
    case 'create':
      lexer.next();
      {
        add(state, tables, false);
        return;
      }
    case 'insert':
      lexer.next();
      if (!lexer.is('rule')) throw lexer.fail('only a rule can be inserted', 'write insert rule');
      {
        add(state, tables, true);
        return;
      }
    case 'flush': {
      flush(state, tables);
      return;
    }
    case 'delete':
    case 'destroy': {
      remove(state, tables);
      return;
    }
    case 'list': {
      skipLine(lexer);
      return;
    }
    default: {
      add(state, tables, false);
      return;
    }
  }
}

function add(state: ParserState, tables: Tables, isFirst: boolean): void {
  const { lexer } = state;
  const { line, start, text: kind } = lexer;
  if (lexer.kind !== 'word')
    throw lexer.fail('expected a command of nft', 'give the output of nft list ruleset');
  switch (kind) {
    case 'table': {
      lexer.next();
      const table = readTable(state, tables);
      // Its flags are those it is given last: to name it without them wakes it.
      table.isDormant = false;
      if (lexer.is('{')) readTableBlock(state, table);
      return;
    }
    case 'chain': {
      lexer.next();
      const table = readTable(state, tables);
      const chain = chainIn(table, lexer.chainName(), line);
      if (lexer.is('{')) readChainBlock(state, table, chain);
      return;
    }
    case 'rule': {
      lexer.next();
      const chain = readChain(state, tables);
      if (lexer.is('index')) {
        readRuleAt(state, chain, readIndex(state, chain) + (isFirst ? 0 : 1));
        return;
      }
      if (lexer.is('position') || lexer.is('handle')) {
        throw lexer.fail(
          `rule handles and positions cannot be resolved from a file`,
          'write for example index 0, or give the output of nft list ruleset instead',
        );
      }
      readRule(state, chain, isFirst);
      return;
    }
    case 'set':
    case 'map': {
      lexer.next();
      const table = readTable(state, tables);
      readSetBlock(state, table, {
        name: lexer.identifier('the name of a set'),
        at: start,
        isMap: kind === 'map',
      });
      return;
    }
    case 'element': {
      lexer.next();
      const table = readTable(state, tables);
      const name = lexer.identifier('the name of a set');
      const isDeclared = table.sets.has(name);
      const set = setIn(table, name, start);
      if (!isDeclared) set.uncertainty = { code: 'undeclared-set' };
      addElements(state, set);
      return;
    }
    default:
      if (!OBJECT_WORDS.has(kind))
        throw lexer.fail('not a command of nft', 'give the output of nft list ruleset');
      readObject(lexer, () => readTable(state, tables));
  }
}

/** `index 2`: the third rule that the chain has by then. */
function readIndex(state: ParserState, { rules, inserted }: ChainDraft): number {
  const { lexer } = state;
  lexer.next();
  const at = lexer.start;
  const index = readNumber(state, 'a number of rules before it');
  const count = rules.length + inserted.length;
  if (index >= count)
    throw lexer.fail(
      `no rule ${index} in the chain`,
      `the chain has ${count} rules here, counted from 0`,
      at,
    );
  return index;
}

/** `flush ruleset [family]`, `flush table|chain|set|map …` */
function flush(state: ParserState, tables: Tables): void {
  const { lexer } = state;
  lexer.next();
  const { text: kind } = lexer;
  lexer.next();
  switch (kind) {
    case 'ruleset': {
      const family = readFamily(state);
      for (const [id, table] of tables)
        if (family === undefined || table.family === family) tables.delete(id);
      return;
    }
    case 'table':
      for (const chain of readTable(state, tables).chains.values()) emptyChain(chain);
      return;
    case 'chain': {
      const { chains } = readTable(state, tables);
      const chain = chains.get(lexer.chainName());
      if (chain !== undefined) emptyChain(chain);
      return;
    }
    case 'set':
    case 'map':
    case 'meter':
      setIn(readTable(state, tables), lexer.identifier('the name of a set'), lexer.start).elements.length = 0;
      return;
    default:
      throw lexer.fail('not an object that nft flushes', 'write flush ruleset, table, chain, set or map');
  }
}

function emptyChain({ rules, inserted }: ChainDraft): void {
  rules.length = 0;
  inserted.length = 0;
}

function remove(state: ParserState, tables: Tables): void {
  const { lexer } = state;
  lexer.next();
  const { text: kind } = lexer;
  lexer.next();
  switch (kind) {
    case 'table': {
      const { family, name } = readTable(state, tables);
      tables.delete(tableId(family, name));
      return;
    }
    case 'chain': {
      const table = readTable(state, tables);
      table.chains.delete(lexer.chainName());
      return;
    }
    case 'set':
    case 'map': {
      const table = readTable(state, tables);
      table.sets.delete(lexer.identifier('the name of a set'));
      return;
    }
    case 'element': {
      const set = setIn(readTable(state, tables), lexer.identifier('the name of a set'), lexer.start);
      set.uncertainty = { code: 'elements-removed' };
      skipLine(lexer);
      return;
    }
    default:
      if (OBJECT_WORDS.has(kind)) {
        skipLine(lexer);
        return;
      }
      throw lexer.fail(
        'a deletion that this program does not support',
        'give the output of nft list ruleset instead',
      );
  }
}

function readChain(state: ParserState, tables: Tables): ChainDraft {
  const { lexer } = state;
  const { chains } = readTable(state, tables);
  const { start } = lexer;
  const name = lexer.chainName();
  const chain = chains.get(name);
  if (chain === undefined)
    throw lexer.fail(`no chain "${name}" in this file`, 'give the output of nft list ruleset instead', start);
  return chain;
}

/** `[family] NAME`, made when the file has no such table yet. */
function readTable(state: ParserState, tables: Tables): TableDraft {
  const family = readFamily(state) ?? 'ip';
  const name = state.lexer.identifier('the name of a table');
  const id = tableId(family, name);
  let table = tables.get(id);
  if (table === undefined) tables.set(id, (table = newTable(family, name)));
  return table;
}

function readFamily({ lexer }: ParserState): TableFamily | undefined {
  const family = lexer.kind === 'word' ? TABLE_FAMILIES.find((known) => known === lexer.text) : undefined;
  if (family !== undefined) lexer.next();
  return family;
}
