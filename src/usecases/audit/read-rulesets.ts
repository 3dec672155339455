import { InputError } from '../../input-error.ts';
import { parseRulesets, type RulesetSource } from '../../firewall/languages/dialect.ts';
import type { WindowsCircumstances } from '../../firewall/languages/windows/lower/circumstances.ts';
import { firewall, type Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import type { System } from '../../system/system.ts';
import type { MachineFacts } from '../../facts/machine-facts.ts';
import { isMachineFile } from '../../facts/is-machine-file.ts';
import { dialectOf, type Dialects } from './dialects.ts';
import { readInput, refuseFiles, sourceName } from '../read-input.ts';

/** What is known of the machine that runs the rules. */
export interface ReadMachine {
  readonly firewall: Firewall;
  /** Null where no file of `vwaudit collect` is given. */
  readonly facts: MachineFacts | null;
}

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
): Promise<ReadMachine> {
  const read = await Promise.all(files.map((file) => readFile(file, dialects, system)));
  const [facts = null, another] = read.flatMap((one) => one.facts ?? []);
  if (another !== undefined) throw twoMachines(files);
  const rulesets = parseRulesets(
    read.flatMap(({ sources }) => sources),
    windows,
  );
  if (rulesets.length > 0) return { firewall: firewall(rulesets), facts };
  throw new InputError({
    code: 'no-ruleset',
    message: 'the files contain only sets of ipset, no rules',
    value: files.join(' '),
    fix: 'give the output of iptables-save too',
  });
}

async function readFile(
  word: string,
  dialects: Dialects,
  system: Pick<System, 'readBytes'>,
): Promise<{ readonly sources: readonly RulesetSource[]; readonly facts: MachineFacts | null }> {
  const text = await readInput(word, system);
  const file = sourceName(word);
  const dialect = dialectOf(word, dialects);
  if (dialect !== null || !isMachineFile(text)) return { sources: [{ text, file, dialect }], facts: null };
  const [{ parseMachineFile }, { machineFacts, rulesetsOf }] = await Promise.all([
    import('../../facts/machine-file.ts'),
    import('../../facts/machine-facts.ts'),
  ]);
  const collected = parseMachineFile(text, file);
  return { sources: rulesetsOf(collected, file), facts: machineFacts(collected) };
}

function twoMachines(files: readonly string[]): InputError {
  return new InputError({
    code: 'two-machines',
    message: 'two files of vwaudit collect are given for one host',
    value: files.join(' '),
    fix: 'give each host its own: HOST=FILE',
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
