import { FAMILIES } from '../../../../net/address.ts';
import { refuseChainLoops } from '../../chain-loops.ts';
import { unknown } from '../../../model/match.ts';
import type { Chain, Rule, Ruleset, Table } from '../../../model/ruleset.ts';
import { hooksOfListing } from '../../filtered-hooks.ts';
import { lowerRule } from './lower-rule.ts';
import type { LowerStatement, TableContext } from './context.ts';
import { rulesOf, type TableDraft } from '../syntax/table-builder.ts';
import type { Origin } from '../syntax/origin.ts';
import { isIptablesTable } from '../quirks/iptables-nft-listing.ts';

/** A file of nft as far as it was read. */
interface SourceFile {
  readonly file: string;
  readonly dialect: string;
  readonly origin: Origin;
}

/** Lowers the tables of a file to the model; what nft lists speaks for both families. */
export function lowerRuleset(
  tables: Iterable<TableDraft>,
  { file, dialect, origin }: SourceFile,
  lowerStatement: LowerStatement,
): Ruleset {
  const lowered = Array.from(tables, (table) => lowerTable(table, file, origin, lowerStatement));
  return {
    file,
    dialect,
    backend: 'nf_tables',
    families: FAMILIES,
    hooks: hooksOfListing(lowered),
    tables: lowered,
  };
}

/** Lets everything past the chain, as a dormant table does. */
function perhapsDormant(line: number): Rule {
  return {
    kind: 'placeholder',
    line,
    text: DORMANT,
    matches: [unknown(DORMANT, { code: 'dormant-not-shown' })],
    effects: [{ kind: 'accept' }],
  };
}

const DORMANT = 'flags dormant';

function lowerTable(table: TableDraft, file: string, origin: Origin, lowerStatement: LowerStatement): Table {
  const context: TableContext = {
    origin,
    table,
    lowerStatement,
    isIptablesListing: isIptablesTable(table),
    line: 1,
    at: 0,
    setLookups: new Map(),
    cases: new Map(),
    anonymous: [],
  };
  const chains = new Map<string, Chain>();
  for (const draft of table.chains.values()) {
    const { name, line, handle, base } = draft;
    const perhaps = table.isDormant === null && base !== null ? [perhapsDormant(line)] : [];
    const rules = [...perhaps, ...rulesOf(draft).map((rule) => lowerRule(rule, context))];
    chains.set(name, { name, line, handle, base, rules });
  }
  for (const chain of context.anonymous) chains.set(chain.name, chain);
  const lowered = {
    file,
    family: table.family,
    name: table.name,
    isDormant: table.isDormant === true,
    chains,
  };
  refuseChainLoops(lowered, ({ from, index }) => {
    const draft = table.chains.get(from.name);
    const added =
      (chains.get(from.name)?.rules.length ?? 0) - (draft === undefined ? 0 : rulesOf(draft).length);
    const at = draft === undefined ? 0 : (rulesOf(draft)[index - added]?.at ?? 0);
    return origin.placeOf(null, at);
  });
  return lowered;
}
