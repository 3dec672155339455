import { FAMILIES } from '../../net/address.ts';
import type { Chain, Ruleset, Table } from '../ruleset.ts';
import { compileRule } from './compile-rule.ts';
import type { TableContext } from './context.ts';
import type { TableDraft } from './draft.ts';

/** Gives the tables of a file their meaning; what nft lists speaks for both families. */
export function compileRuleset(tables: Iterable<TableDraft>, file: string, dialect: string): Ruleset {
  return {
    file,
    dialect,
    families: FAMILIES,
    tables: Array.from(tables, (table) => compileTable(table, file)),
  };
}

function compileTable(table: TableDraft, file: string): Table {
  const context: TableContext = {
    file,
    table,
    line: 1,
    memberships: new Map(),
    cases: new Map(),
    anonymous: [],
  };
  const chains = new Map<string, Chain>();
  for (const { name, line, base, rules } of table.chains.values()) {
    chains.set(name, { name, line, base, rules: rules.map((rule) => compileRule(rule, context)) });
  }
  for (const chain of context.anonymous) chains.set(chain.name, chain);
  return { file, family: table.family, name: table.name, isDormant: table.isDormant, chains };
}
