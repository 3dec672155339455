import { PROFILES } from '../policy/profile.ts';
import type { Setting, SettingName, SettingStore } from '../policy/policy.ts';
import { enumOf, listOf, textOf, type CimObject, type FoundObject } from './objects.ts';

/** The numbers of a setting as Get-NetFirewallProfile writes them, by those of the registry; `unset` is not configured. */
interface Numbers {
  readonly name: SettingName;
  readonly unset: number;
  readonly values: Readonly<Record<number, number>>;
}

const FLAG = { unset: 2, values: { 0: 0, 1: 1 } };
const ACTION = { unset: 0, values: { 2: 0, 4: 1 } };

/** Settings of the registry as Get-NetFirewallProfile calls them. */
const SETTINGS: Readonly<Record<string, Numbers>> = {
  Enabled: { name: 'EnableFirewall', ...FLAG },
  DefaultInboundAction: { name: 'DefaultInboundAction', ...ACTION },
  DefaultOutboundAction: { name: 'DefaultOutboundAction', ...ACTION },
  // Without inbound rules the default counts alone; with the default, block, that is to block all.
  AllowInboundRules: { name: 'DoNotAllowExceptions', unset: 2, values: { 0: 1, 1: 0 } },
  AllowLocalFirewallRules: { name: 'AllowLocalPolicyMerge', ...FLAG },
  AllowUserApps: { name: 'AllowUserPrefMergeApps', ...FLAG },
  AllowUserPorts: { name: 'AllowUserPrefMergePorts', ...FLAG },
};

const NAMES = {
  False: 0,
  True: 1,
  NotConfigured: NaN,
  Allow: 2,
  Block: 4,
};

/** What only Get-NetFirewallProfile has. One of them may be misspelt, or the name of the profile. */
const MARKS = Object.keys(SETTINGS).filter((key) => key !== 'Enabled');

export function isProfileObject(object: CimObject): boolean {
  return MARKS.filter((key) => key in object).length > 1;
}

/** The settings of one object of Get-NetFirewallProfile. */
export function settingsOfProfile(
  { object, file }: FoundObject,
  store: SettingStore,
): { readonly profile: Setting['profile'] | null; readonly settings: readonly Setting[] } {
  const profile = PROFILES.find((one) => one === textOf(object.Name)?.toLowerCase()) ?? null;
  if (profile === null) return { profile, settings: [] };
  const place = { store, profile, file, line: 0 };
  const settings = Object.entries(SETTINGS).flatMap(([key, { name, unset, values }]): readonly Setting[] => {
    if (!(key in object)) return [{ ...place, name, value: null, text: `${key} is missing` }];
    const given = enumOf(object[key], NAMES);
    if (given === unset || Number.isNaN(given)) return [];
    const value = given === null ? null : (values[given] ?? null);
    return [{ ...place, name, value, text: `${key}=${String(object[key])}` }];
  });
  const disabled = listOf(object.DisabledInterfaceAliases).filter((one) => one !== 'NotConfigured');
  const isMissing = !('DisabledInterfaceAliases' in object);
  const text = isMissing
    ? 'DisabledInterfaceAliases is missing'
    : `DisabledInterfaceAliases=${disabled.join(',')}`;
  return {
    profile,
    settings: [
      ...settings,
      ...(isMissing || disabled.length > 0
        ? [{ ...place, name: 'DisabledInterfaces' as const, value: null, text }]
        : []),
    ],
  };
}
