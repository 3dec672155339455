import { chainIn, newTable, setIn, type ChainDraft, type TableDraft } from '../../syntax/table-builder.ts';
import { TABLE_FAMILIES, type TableFamily } from '../../../../model/ruleset.ts';
import { readChainBlock, readRule, readRuleAt, skipLine } from './chain-block.ts';
import type { Reading } from '../scan/parser-state.ts';
import { addElements, readSetBlock } from './set-block.ts';
import { readNumber } from '../values.ts';
import { OBJECTS, readTableBlock, skipObject } from './table-block.ts';

/** The tables of the file so far, by family and name. */
export type Tables = Map<string, TableDraft>;

/** One command of the file, as `nft -f` takes them; a plain `table inet t { … }` adds. */
export function readCommand(reading: Reading, tables: Tables): void {
  const { lexer } = reading;
  switch (lexer.text) {
    case 'add':
    case 'create':
      lexer.next();
      {
        add(reading, tables, false);
        return;
      }
    case 'insert':
      lexer.next();
      if (!lexer.is('rule')) throw lexer.fail('only a rule can be inserted', 'write insert rule');
      {
        add(reading, tables, true);
        return;
      }
    case 'flush': {
      flush(reading, tables);
      return;
    }
    case 'delete':
    case 'destroy': {
      remove(reading, tables);
      return;
    }
    case 'list': {
      skipLine(lexer);
      return;
    }
    default: {
      add(reading, tables, false);
      return;
    }
  }
}

function add(reading: Reading, tables: Tables, isFirst: boolean): void {
  const { lexer } = reading;
  const { line, start, text: kind } = lexer;
  if (lexer.kind !== 'word')
    throw lexer.fail('expected a command of nft', 'give the output of nft list ruleset');
  switch (kind) {
    case 'table': {
      lexer.next();
      const table = readTable(reading, tables);
      // Its flags are those it is given last: to name it without them wakes it.
      table.isDormant = false;
      if (lexer.is('{')) readTableBlock(reading, table);
      return;
    }
    case 'chain': {
      lexer.next();
      const table = readTable(reading, tables);
      const chain = chainIn(table, lexer.identifier('the name of a chain'), line);
      if (lexer.is('{')) readChainBlock(reading, table, chain);
      return;
    }
    case 'rule': {
      lexer.next();
      const chain = readChain(reading, tables);
      if (lexer.is('index')) {
        readRuleAt(reading, chain, readIndex(reading, chain) + (isFirst ? 0 : 1));
        return;
      }
      if (lexer.is('position') || lexer.is('handle')) {
        throw lexer.fail(
          `the ${lexer.text} of a rule, which only the kernel knows`,
          'write for example index 0, or give the output of nft list ruleset instead',
        );
      }
      readRule(reading, chain, isFirst);
      return;
    }
    case 'set':
    case 'map': {
      lexer.next();
      const table = readTable(reading, tables);
      readSetBlock(reading, table, {
        name: lexer.identifier('the name of a set'),
        at: start,
        isMap: kind === 'map',
      });
      return;
    }
    case 'element': {
      lexer.next();
      const table = readTable(reading, tables);
      const name = lexer.identifier('the name of a set');
      const isDeclared = table.sets.has(name);
      const set = setIn(table, name, start);
      if (!isDeclared) set.uncertainty = { code: 'undeclared-set' };
      addElements(reading, set);
      return;
    }
    default:
      if (!OBJECTS.has(kind)) throw lexer.fail('not a command of nft', 'give the output of nft list ruleset');
      skipObject(lexer, () => {
        readFamily(reading);
        lexer.identifier('the name of a table');
      });
  }
}

/** `index 2`: the third rule that the chain has by then. */
function readIndex(reading: Reading, { rules, inserted }: ChainDraft): number {
  const { lexer } = reading;
  lexer.next();
  const at = lexer.start;
  const index = readNumber(reading, 'a number of rules before it');
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
function flush(reading: Reading, tables: Tables): void {
  const { lexer } = reading;
  lexer.next();
  const { text: kind } = lexer;
  lexer.next();
  switch (kind) {
    case 'ruleset': {
      const family = readFamily(reading);
      for (const [id, table] of tables)
        if (family === undefined || table.family === family) tables.delete(id);
      return;
    }
    case 'table':
      for (const chain of readTable(reading, tables).chains.values()) emptyChain(chain);
      return;
    case 'chain': {
      const { chains } = readTable(reading, tables);
      const chain = chains.get(lexer.identifier('the name of a chain'));
      if (chain !== undefined) emptyChain(chain);
      return;
    }
    case 'set':
    case 'map':
    case 'meter':
      setIn(readTable(reading, tables), lexer.identifier('the name of a set'), lexer.start).elements.length =
        0;
      return;
    default:
      throw lexer.fail('nothing that nft flushes', 'write flush ruleset, table, chain, set or map');
  }
}

function emptyChain({ rules, inserted }: ChainDraft): void {
  rules.length = 0;
  inserted.length = 0;
}

function remove(reading: Reading, tables: Tables): void {
  const { lexer } = reading;
  lexer.next();
  const { text: kind } = lexer;
  lexer.next();
  switch (kind) {
    case 'table': {
      const { family, name } = readTable(reading, tables);
      tables.delete(tableId(family, name));
      return;
    }
    case 'chain': {
      const table = readTable(reading, tables);
      table.chains.delete(lexer.identifier('the name of a chain'));
      return;
    }
    case 'set':
    case 'map': {
      const table = readTable(reading, tables);
      table.sets.delete(lexer.identifier('the name of a set'));
      return;
    }
    case 'element': {
      const set = setIn(readTable(reading, tables), lexer.identifier('the name of a set'), lexer.start);
      set.uncertainty = { code: 'elements-removed' };
      skipLine(lexer);
      return;
    }
    default:
      if (OBJECTS.has(kind)) {
        skipLine(lexer);
        return;
      }
      throw lexer.fail(
        'a deletion this program does not follow',
        'give the output of nft list ruleset instead',
      );
  }
}

function readChain(reading: Reading, tables: Tables): ChainDraft {
  const { lexer } = reading;
  const { chains } = readTable(reading, tables);
  const { start } = lexer;
  const name = lexer.identifier('the name of a chain');
  const chain = chains.get(name);
  if (chain === undefined)
    throw lexer.fail(`no chain "${name}" in this file`, 'give the output of nft list ruleset instead', start);
  return chain;
}

/** `[family] NAME`, made when the file has no such table yet. */
function readTable(reading: Reading, tables: Tables): TableDraft {
  const family = readFamily(reading) ?? 'ip';
  const name = reading.lexer.identifier('the name of a table');
  const id = tableId(family, name);
  let table = tables.get(id);
  if (table === undefined) tables.set(id, (table = newTable(family, name)));
  return table;
}

function readFamily({ lexer }: Reading): TableFamily | undefined {
  const family = lexer.kind === 'word' ? TABLE_FAMILIES.find((known) => known === lexer.text) : undefined;
  if (family !== undefined) lexer.next();
  return family;
}

function tableId(family: TableFamily, name: string): string {
  return `${family} ${name}`;
}
