import { badRuleset } from '../../../model/source-location.ts';
import { PROFILES } from '../policy/profile.ts';
import type { Setting, SettingName, WindowsExport } from '../policy/policy.ts';
import { netshBlocks, type NetshLine } from './blocks.ts';

/** Whether a text is what `netsh advfirewall show allprofiles` prints; the words of the policy are English in every language. */
export function isNetshProfiles(text: string): boolean {
  const head = text.slice(0, 4000);
  return /^-{50,}\s*$/m.test(head) && POLICY_WORDS.test(head);
}

const POLICY_WORDS =
  /\b(?:BlockInbound|AllowInbound|BlockInboundAlways|NotConfigured),\s*(?:AllowOutbound|BlockOutbound|NotConfigured)\b/;

/**
 * The settings of the profiles in English. Whether local rules count it never tells.
 * @throws InputError for other languages
 */
export function readNetshProfiles(text: string, file: string): WindowsExport {
  const settings: Setting[] = [];
  const settingProfiles: WindowsExport['settingProfiles'][number][] = [];
  for (const { title, line, lines } of netshBlocks(text)) {
    const [, word = ''] = /^(Domain|Private|Public) Profile Settings:\s*$/.exec(title) ?? [];
    const profile = PROFILES.find((one) => one === word.toLowerCase());
    if (profile === undefined)
      throw badRuleset(
        { file, line, column: 1 },
        'output of netsh that is not in English',
        title,
        'give Get-NetFirewallProfile as JSON, or reg export of the key FirewallPolicy',
      );
    settingProfiles.push({ store: 'local', profile });
    for (const one of lines)
      settings.push(
        ...settingsOf(one).map((found) => ({ store: 'local' as const, profile, file, ...found })),
      );
  }
  return {
    ...{ file, settings, settingProfiles, rules: [], roots: [], ruleStores: [], doubts: [], assumptions: [] },
    ...{ unstated: [], listsMdm: false, listsHardening: false },
  };
}

function settingsOf({
  label,
  value,
  line,
}: NetshLine): readonly Pick<Setting, 'name' | 'value' | 'line' | 'text'>[] {
  const text = `${label} ${value}`;
  const one = (
    name: SettingName,
    number: number | null,
  ): Pick<Setting, 'name' | 'value' | 'line' | 'text'> => ({
    ...{ name, value: number, line, text },
  });
  if (label === 'State') return [one('EnableFirewall', value === 'ON' ? 1 : value === 'OFF' ? 0 : null)];
  if (label !== 'Firewall Policy') return [];
  const [inbound = '', outbound = ''] = value.split(',').map((word) => word.trim());
  const blocksAll = inbound === 'BlockInboundAlways';
  const isInboundOpen = inbound === 'NotConfigured';
  const isOutboundOpen = outbound === 'NotConfigured';
  return [
    one('DoNotAllowExceptions', blocksAll ? 1 : 0),
    ...(isInboundOpen
      ? []
      : [
          one(
            'DefaultInboundAction',
            { BlockInbound: 1, BlockInboundAlways: 1, AllowInbound: 0 }[inbound] ?? null,
          ),
        ]),
    ...(isOutboundOpen
      ? []
      : [one('DefaultOutboundAction', { AllowOutbound: 0, BlockOutbound: 1 }[outbound] ?? null)]),
  ];
}
