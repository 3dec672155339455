import { FAMILIES } from '../../../net/address.ts';
import { familyOfName } from '../iptables/save-file/family-of.ts';
import { EMPTY_FILE, type Ruleset } from '../../model/ruleset.ts';

/**
 * Files without a byte in them, beside others: what `iptables-save` writes where it has no table, and every command that
 * fails. Where the name shows the family, or only one is left, nothing is known of that family; else rules may be missing.
 */
export function emptyRulesets(files: readonly string[], others: readonly Ruleset[]): readonly Ruleset[] {
  const isSpoken = FAMILIES.every((family) => others.some(({ families }) => families.includes(family)));
  return files
    .filter((file) => !/ipset/i.test(file))
    .map((file) => ({
      file,
      dialect: EMPTY_FILE,
      backend: null,
      families: [],
      hooks: [],
      tables: [],
      gaps:
        isSpoken && familyOfName(file) === null
          ? [{ code: 'empty-file', families: FAMILIES, file, line: 1, sign: '' }]
          : [],
    }));
}
