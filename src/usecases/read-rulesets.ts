import { InputError } from '../input-error.ts';
import { parseRulesets, type DialectId, type RulesetSource } from '../firewall/dialect.ts';
import { firewall, type Firewall } from '../firewall/evaluate/firewall.ts';
import type { System } from '../system/system.ts';
import { readInput, STANDARD_INPUT } from './read-input.ts';

/**
 * The files of one machine as what its kernel would do.
 * @param files `-` is standard input
 * @param dialect of all of them; null: each tells by its content
 * @throws InputError for files that can't be read or are no rulesets
 */
export async function readRulesets(
  files: readonly string[],
  dialect: DialectId | null,
  system: Pick<System, 'readBytes'>,
): Promise<Firewall> {
  const sources = await Promise.all(
    files.map(async (file): Promise<RulesetSource> => {
      const text = await readInput(file, system);
      return { text, file: file === STANDARD_INPUT ? 'standard input' : file, dialect };
    }),
  );
  const rulesets = parseRulesets(sources);
  if (rulesets.length > 0) return firewall(rulesets);
  throw new InputError({
    code: 'no-ruleset',
    message: 'there are only address sets in what was given, no rules',
    value: files.join(' '),
    fix: 'give the output of iptables-save beside that of ipset save',
  });
}

/** @throws InputError where no file is given, or one twice. */
export function refuseFiles(files: readonly string[]): void {
  if (files.length === 0) {
    throw new InputError({
      code: 'no-ruleset',
      message: 'no ruleset is given',
      fix: 'name the files that iptables-save, ip6tables-save or nft list ruleset wrote, or - for standard input',
    });
  }
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice === undefined) return;
  throw new InputError({
    code: 'file-twice',
    message: `"${twice}" is given twice`,
    value: twice,
    fix: 'give each file once',
  });
}
