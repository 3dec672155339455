import type { RulesetSource } from '../firewall/languages/dialect.ts';
import { linuxFacts, rulesetsOfLinux } from './linux-facts.ts';
import type { MachineFacts } from './machine-facts.ts';
import { parseMachineFile } from './machine-file.ts';
import { rulesetsOfWindows, windowsFacts } from './windows-facts.ts';

/**
 * A file of `vwaudit collect`, or of its scripts: the rules it holds and what it says of the machine.
 * @throws InputError for a file that is not whole, or where a tool failed to list rules
 */
export function readMachine(
  text: string,
  file: string,
): { readonly sources: readonly RulesetSource[]; readonly facts: MachineFacts } {
  const machine = parseMachineFile(text, file);
  switch (machine.platform) {
    case 'linux':
      return { sources: rulesetsOfLinux(machine, file), facts: linuxFacts(machine) };
    case 'windows':
      return { sources: rulesetsOfWindows(file, text), facts: windowsFacts(machine) };
  }
}
