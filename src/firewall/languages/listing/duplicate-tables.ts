import { isNftBackEnd } from '../iptables/save-file/header.ts';
import { badRuleset } from '../../model/source-location.ts';
import { isIptables, isNft, type Ruleset, type Table } from '../../model/ruleset.ts';

export interface ReadSource {
  readonly text: string;
  readonly ruleset: Ruleset;
}

/**
 * The rulesets of one machine, each table once: where an iptables-save and an nft listing hold the same table, the listing's
 * goes, since nft shows the extensions of iptables poorly or not at all.
 * @throws InputError where two files of one kind write the same table: loaded one after the other they would become one table,
 * or the second would replace the first
 */
export function withoutCopies(sources: readonly ReadSource[]): readonly Ruleset[] {
  refuseSameTable(sources);
  const saved = sources.flatMap(({ text, ruleset }) =>
    isIptables(ruleset) && isNftBackEnd(text) ? ruleset.tables : [],
  );
  return sources.map(({ ruleset }) =>
    isNft(ruleset)
      ? { ...ruleset, tables: ruleset.tables.filter((table) => !saved.some(isCopy(table))) }
      : ruleset,
  );
}

function refuseSameTable(sources: readonly ReadSource[]): void {
  const files = new Map<string, string>();
  for (const { text, ruleset } of sources) {
    // iptables-legacy has tables of its own beside those of iptables-nft.
    const kind = isIptables(ruleset) ? (isNftBackEnd(text) ? 'iptables-nft' : 'iptables') : ruleset.backend;
    for (const { family, name, file } of ruleset.tables) {
      const id = `${kind} ${family} ${name}`;
      const other = files.get(id);
      if (other !== undefined)
        throw badRuleset(
          { file, line: 1, column: 1 },
          `table ${family} ${name} is also in ${other}`,
          undefined,
          'load all files and give one listing',
        );
      files.set(id, file);
    }
  }
}

/** A chain that the save does not have would be lost with the table. */
function isCopy(listed: Table): (saved: Table) => boolean {
  return ({ family, name, chains }) =>
    family === listed.family &&
    name === listed.name &&
    [...listed.chains.keys()].every((chain) => chains.has(chain));
}
