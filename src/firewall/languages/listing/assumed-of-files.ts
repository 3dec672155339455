import { FAMILIES } from '../../../net/address.ts';
import { shellWord } from '../../../shell-word.ts';
import { familyOf } from '../iptables/save-file/family-of.ts';
import { HEADER_LINE, isNftBackEnd } from '../iptables/save-file/header.ts';
import { provisionsOf, unshownTables } from './relied-on.ts';
import { isIptables, isNft, type FamilyAssumption, type Ruleset } from '../../model/ruleset.ts';

/** A file as it was read; `isStated`: its dialect was. */
interface ReadFile {
  readonly text: string;
  readonly ruleset: Ruleset;
  readonly isStated: boolean;
}

/** What the files of one machine leave open about themselves, and what it is taken to be. */
export function assumedOfFiles(files: readonly ReadFile[]): readonly FamilyAssumption[] {
  return [
    ...files.flatMap(assumedFamily),
    ...assumedTables(files.map(({ ruleset }) => ruleset)),
    ...assumedUnshown(files),
    ...assumedBackEnds(files),
  ];
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

/** What its rules rely on and a save of several tables lacks, the machine does not have. */
function assumedUnshown(files: readonly ReadFile[]): readonly FamilyAssumption[] {
  const provisions = provisionsOf(files);
  return files
    .flatMap((file) => unshownTables(file, provisions))
    .map(({ family, what }) => {
      const command = family === 4 ? 'iptables' : 'ip6tables';
      return { family, text: `${command} has no ${what} (${command}-save lists the tables in use)` };
    });
}

/** A save shows the tables of one back end of iptables: not those of the other, and none that nft made itself. */
function assumedBackEnds(files: readonly ReadFile[]): readonly FamilyAssumption[] {
  // What lists the tables of nft names those of iptables-legacy in a warning.
  if (files.some(({ ruleset }) => isNft(ruleset))) return [];
  const saves = files.filter(({ ruleset }) => isIptables(ruleset));
  return FAMILIES.flatMap((family): readonly FamilyAssumption[] => {
    const own = saves.filter(({ ruleset }) => ruleset.families.includes(family));
    if (own.length === 0) return [];
    const save = family === 4 ? 'iptables' : 'ip6tables';
    const backEnds = new Set(own.map(({ text }) => backEndOf(text)));
    const isLegacyOpen = !backEnds.has('legacy');
    const text = isLegacyOpen
      ? `nft has no tables besides those of iptables-nft, ${save}-legacy has none (${save}-save shows neither; nft list ruleset and ${save}-legacy-save do)`
      : `nft has no tables${backEnds.has('nft') ? ' besides those of iptables-nft' : ''} (${save}-save does not show them; nft list ruleset does)`;
    return [{ family, text }];
  });
}

/** Which tables the save shows, as its header says; null without one. */
function backEndOf(text: string): 'nft' | 'legacy' | null {
  if (isNftBackEnd(text)) return 'nft';
  return HEADER_LINE.test(text) ? 'legacy' : null;
}
