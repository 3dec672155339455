import { InputError } from '../../input-error.ts';
import { parseRulesets, type RulesetSource } from '../../firewall/languages/dialect.ts';
import type { WindowsCircumstances } from '../../firewall/languages/windows/lower/circumstances.ts';
import { firewall, type Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import type { System } from '../../system/system.ts';
import { dialectOf, type Dialects } from './dialects.ts';
import { readInput, refuseFiles, sourceName } from '../read-input.ts';

/**
 * The files of one machine as what its kernel would do.
 * @param files `-` is standard input
 * @param dialects of each file, as far as stated; else its content and its name show it
 * @param windows what is known of a Windows computer besides its files
 * @throws InputError for files that can't be read or are no rulesets
 */
export async function readRulesets(
  files: readonly string[],
  dialects: Dialects,
  system: Pick<System, 'readBytes'>,
  windows: WindowsCircumstances,
): Promise<Firewall> {
  const sources = await Promise.all(
    files.map(async (file): Promise<RulesetSource> => {
      const text = await readInput(file, system);
      return {
        text,
        file: sourceName(file),
        dialect: dialectOf(file, dialects),
      };
    }),
  );
  const rulesets = parseRulesets(sources, windows);
  if (rulesets.length > 0) return firewall(rulesets);
  throw new InputError({
    code: 'no-ruleset',
    message: 'the files contain only sets of ipset, no rules',
    value: files.join(' '),
    fix: 'give the output of iptables-save too',
  });
}

/** @throws InputError where no ruleset is given, or one twice. */
export function refuseRulesetFiles(files: readonly string[]): void {
  refuseFiles(files, NO_RULESET, 'file');
}

const NO_RULESET = {
  code: 'no-ruleset',
  message: 'no ruleset is given',
  fix: 'give the output of iptables-save, ip6tables-save or nft list ruleset, or - for standard input',
};
