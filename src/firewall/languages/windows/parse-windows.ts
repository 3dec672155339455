import { InputError } from '../../../input-error.ts';
import { excerpt } from '../../model/source-location.ts';
import { withPerhapsCut } from './policy/cut.ts';
import { refuseTooMany } from './policy/too-many-rules.ts';
import type { WindowsExport } from './policy/policy.ts';
import { isNetshProfiles, readNetshProfiles } from './netsh/profiles.ts';
import { isNetshRules, isWholeNetsh, readNetshRules } from './netsh/rules.ts';
import type { WindowsSource } from './policy/source.ts';
import { isPowershellJson } from './powershell/objects.ts';
import { readPowershell } from './powershell/read-powershell.ts';
import { mayLackKeys } from './registry/firewall-keys.ts';
import { EXPORT_FIX, readRegistry } from './registry/read-registry.ts';
import { endOfRegFile, isRegFile, parseRegFile } from './registry/reg-file.ts';
import { isRegistryPol, parseRegistryPol } from './registry/registry-pol.ts';
import { isRuleStrings, readRuleLines } from './rule-string/rule-lines.ts';

/**
 * The exports of one computer, each read by its content.
 * @throws InputError with the place in a file that can't be read
 */
export function readExports(sources: readonly WindowsSource[]): readonly WindowsExport[] {
  const isJson = ({ text }: WindowsSource): boolean => isPowershellJson(text);
  const exports = sources.filter((source) => !isJson(source)).map(readExport);
  const all = [...exports, ...readPowershell(sources.filter(isJson))];
  for (const { rules, file } of all) refuseTooMany(rules.length, file);
  return all;
}

function readExport({ text, file }: WindowsSource): WindowsExport {
  if (isRegistryPol(text)) {
    const found = readRegistry(parseRegistryPol(text, file), file);
    const alone = `${file}: no other group policy applies to the computer`;
    const whole = `${file} is whole (a Registry.pol does not show its end)`;
    return {
      ...found,
      roots: ['policy'],
      ruleStores: ['policy'],
      // Each group policy object has a file of its own, and they add up.
      wholeStores: [],
      assumptions: [...found.assumptions, whole],
      unstated: [...found.unstated, alone],
    };
  }
  if (isRegFile(text)) {
    const content = parseRegFile(text, file);
    const found = readRegistry(content, file);
    switch (endOfRegFile(text)) {
      case 'whole': {
        if (!mayLackKeys(content.keys())) return found;
        const whole = `${file} is whole (a registry export does not show whether keys are missing after its last one)`;
        return { ...found, assumptions: [...found.assumptions, whole] };
      }
      case 'perhaps-cut':
        return withPerhapsCut(found, text, 'the empty line of reg export');
      case 'not-shown': {
        const whole = `${file} is whole (it lacks the empty line that reg export ends with)`;
        return { ...found, assumptions: [...found.assumptions, whole] };
      }
    }
  }
  if (isNetshRules(text)) {
    const found = readNetshRules(text, file);
    return isWholeNetsh(text) ? found : withPerhapsCut(found, text, 'the "Ok." of netsh');
  }
  if (isNetshProfiles(text)) {
    const found = readNetshProfiles(text, file);
    return isWholeNetsh(text) ? found : withPerhapsCut(found, text, 'the "Ok." of netsh');
  }
  if (isRuleStrings(text)) return readRuleLines(text, file);
  throw new InputError({
    code: 'bad-ruleset',
    message: 'not an export of Windows Defender Firewall that this program reads',
    value: excerpt(text.trim().split('\n', 1)[0] ?? ''),
    fix: EXPORT_FIX,
    ...{ file, line: 1, column: 1 },
  });
}
