import type { InputError } from '../../../../input-error.ts';
import { badRuleset } from '../../../model/source-location.ts';
import { isDamaged } from '../policy/damaged.ts';
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
  if (isDamaged(text)) throw damaged(file, 1, 'characters that could not be read');
  const blocks = netshBlocks(text);
  const headings = [...text.matchAll(/\bProfile Settings\b/g)];
  if (headings.length > blocks.length)
    throw damaged(file, 1, 'a heading of a profile without its line of dashes');
  const settings: Setting[] = [];
  const settingProfiles: WindowsExport['settingProfiles'][number][] = [];
  for (const { title, line, lines } of blocks) {
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
    for (const label of ['State', 'Firewall Policy']) {
      const found = lines.filter((one) => one.label === label).length;
      if (found !== 1)
        throw damaged(
          file,
          line,
          `${found === 0 ? 'no line' : 'more than one line'} ${label} in the profile`,
        );
    }
    for (const one of lines)
      settings.push(
        ...settingsOf(one).map((found) => ({ store: 'local' as const, profile, file, ...found })),
      );
  }
  return {
    ...{
      file,
      settings,
      settingProfiles,
      rules: [],
      roots: [],
      ruleStores: [],
      wholeStores: [],
      doubts: [],
      assumptions: [],
    },
    ...{ unstated: [], listsMdm: false, listsHardening: false },
  };
}

/** Of a profile that is not whole the settings would be taken for the defaults. */
function damaged(file: string, line: number, message: string): InputError {
  const place = { file, line, column: 1 };
  return badRuleset(place, message, '', 'give all that netsh advfirewall show allprofiles prints, unchanged');
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
  const blocksAll = /^(?:BlockInbound|AllowInbound|NotConfigured)$/.test(inbound) ? 0 : null;
  const isInboundOpen = inbound === 'NotConfigured';
  const isOutboundOpen = outbound === 'NotConfigured';
  return [
    one('DoNotAllowExceptions', inbound === 'BlockInboundAlways' ? 1 : blocksAll),
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
