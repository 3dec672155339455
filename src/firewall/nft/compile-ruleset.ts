import { FAMILIES } from '../../net/address.ts';
import { refuseCircles } from '../refuse-circles.ts';
import type { Chain, Ruleset, Table } from '../ruleset.ts';
import { checkElements } from './check-elements.ts';
import { compileRule } from './compile-rule.ts';
import type { TableContext } from './context.ts';
import { rulesOf, type TableDraft } from './draft.ts';
import type { Origin } from './origin.ts';
import { isOfIptables } from './translated.ts';

/** Gives the tables of a file their meaning; what nft lists speaks for both families. */
export function compileRuleset(
  tables: Iterable<TableDraft>,
  file: string,
  dialect: string,
  origin: Origin,
): Ruleset {
  return {
    file,
    dialect,
    families: FAMILIES,
    tables: Array.from(tables, (table) => compileTable(table, file, origin)),
  };
}

function compileTable(table: TableDraft, file: string, origin: Origin): Table {
  const context: TableContext = {
    origin,
    table,
    isTranslated: isOfIptables(table),
    line: 1,
    at: 0,
    memberships: new Map(),
    cases: new Map(),
    anonymous: [],
  };
  const chains = new Map<string, Chain>();
  for (const draft of table.chains.values()) {
    const { name, line, handle, base } = draft;
    const rules = rulesOf(draft).map((rule) => compileRule(rule, context));
    chains.set(name, { name, line, handle, base, rules });
  }
  for (const set of table.sets.values()) checkElements(set, context);
  for (const chain of context.anonymous) chains.set(chain.name, chain);
  const compiled = { file, family: table.family, name: table.name, isDormant: table.isDormant, chains };
  refuseCircles(compiled, ({ from, index }) => {
    const draft = table.chains.get(from.name);
    const at = draft === undefined ? 0 : (rulesOf(draft)[index]?.at ?? 0);
    return origin.placeOf(null, at);
  });
  return compiled;
}
