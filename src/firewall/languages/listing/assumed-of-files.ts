import { FAMILIES } from '../../../net/address.ts';
import { shellWord } from '../../../shell-word.ts';
import { familyOf } from '../iptables/save-file/family-of.ts';
import { isIptables, isNft, type FamilyAssumption, type Ruleset } from '../../model/ruleset.ts';

/** A file as it was read; `isStated`: its dialect was. */
interface ReadFile {
  readonly text: string;
  readonly ruleset: Ruleset;
  readonly isStated: boolean;
}

/** What the files of one machine leave open about themselves, and what it is taken to be. */
export function assumedOfFiles(files: readonly ReadFile[]): readonly FamilyAssumption[] {
  return [...files.flatMap(assumedFamily), ...assumedTables(files.map(({ ruleset }) => ruleset))];
}

function assumedFamily({ text, ruleset, isStated }: ReadFile): readonly FamilyAssumption[] {
  if (isStated || !isIptables(ruleset)) return [];
  const { file } = ruleset;
  const { family, by } = familyOf(text, file);
  if (by === 'content') return [];
  const [other, why] = [
    family === 4 ? 'ip6tables' : 'iptables',
    by === 'name' ? 'by its name' : 'no IPv6 in it',
  ];
  const said = `${file} is for IPv${family}, ${why} (if not, give --dialect ${shellWord(`${file}=${other}`)})`;
  return FAMILIES.map((one) => ({ family: one, text: said }));
}

/** A listing of one table looks like that of a machine with one table. */
function assumedTables(rulesets: readonly Ruleset[]): readonly FamilyAssumption[] {
  const saved = rulesets.filter(isIptables).flatMap(({ tables }) => tables);
  const [first, ...others] = rulesets.filter(isNft).flatMap(({ tables }) => tables);
  if (first !== undefined) {
    // Of iptables with the nf_tables back end, nft has the saved tables too.
    if (others.length > 0 || saved.length > 0) return [];
    const text = `nft has no table except ${first.family} ${first.name} (nft list table shows only one)`;
    return FAMILIES.map((family) => ({ family, text }));
  }
  return FAMILIES.flatMap((family) => {
    const [only, ...more] = saved.filter((table) => table.family === (family === 4 ? 'ip' : 'ip6'));
    if (only === undefined) return [];
    const command = family === 4 ? 'iptables' : 'ip6tables';
    if (more.length > 0 && [only, ...more].every(({ name }) => name !== 'filter'))
      return [{ family, text: `${command} has no table filter (${command}-save lists the tables in use)` }];
    if (more.length > 0) return [];
    return [
      { family, text: `${command} has no table except ${only.name} (${command}-save -t shows only one)` },
    ];
  });
}
