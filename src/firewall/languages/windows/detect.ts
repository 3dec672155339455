import { isNetshProfiles } from './netsh/profiles.ts';
import { isNetshRules } from './netsh/rules.ts';
import { isPowershellJson } from './powershell/objects.ts';
import { isRegFile } from './registry/reg-file.ts';
import { isRegistryPol } from './registry/registry-pol.ts';
import { isRuleStrings } from './rule-string/rule-lines.ts';

/** Whether a text is an export of Windows Defender Firewall in one of the forms that are read. */
export function isWindowsExport(text: string): boolean {
  return [isRegistryPol, isRegFile, isRuleStrings, isPowershellJson, isNetshRules, isNetshProfiles].some(
    (isLike) => isLike(text),
  );
}
