import { PROFILES } from '../policy/profile.ts';
import type { Setting, SettingName, SettingStore } from '../policy/policy.ts';
import { enumOf, listOf, textOf, type CimObject, type FoundObject } from './objects.ts';

/** Settings of the registry as Get-NetFirewallProfile calls them; null for what is not configured. */
const SETTINGS: Readonly<
  Record<string, { readonly name: SettingName; readonly value: (value: number) => number | null }>
> = {
  Enabled: { name: 'EnableFirewall', value: flag },
  DefaultInboundAction: { name: 'DefaultInboundAction', value: action },
  DefaultOutboundAction: { name: 'DefaultOutboundAction', value: action },
  // Without inbound rules the default counts alone; with the default, block, that is to block all.
  AllowInboundRules: { name: 'DoNotAllowExceptions', value: negated },
  AllowLocalFirewallRules: { name: 'AllowLocalPolicyMerge', value: flag },
  AllowUserApps: { name: 'AllowUserPrefMergeApps', value: flag },
  AllowUserPorts: { name: 'AllowUserPrefMergePorts', value: flag },
};

const NAMES = {
  False: 0,
  True: 1,
  NotConfigured: NaN,
  Allow: 2,
  Block: 4,
};

export function isProfileObject(object: CimObject): boolean {
  return 'DefaultInboundAction' in object && 'Name' in object;
}

/** The settings of one object of Get-NetFirewallProfile. */
export function settingsOfProfile(
  { object, file }: FoundObject,
  store: SettingStore,
): { readonly profile: Setting['profile'] | null; readonly settings: readonly Setting[] } {
  const profile = PROFILES.find((one) => one === textOf(object.Name)?.toLowerCase()) ?? null;
  if (profile === null) return { profile, settings: [] };
  const place = { store, profile, file, line: 0 };
  const settings = Object.entries(SETTINGS).flatMap(([key, { name, value }]): readonly Setting[] => {
    if (!(key in object)) return [{ ...place, name, value: null, text: `${key} is missing` }];
    const given = enumOf(object[key], NAMES);
    const text = `${key}=${String(object[key])}`;
    if (given === null) return [{ ...place, name, value: null, text }];
    const found = Number.isNaN(given) ? null : value(given);
    return found === null ? [] : [{ ...place, name, value: found, text }];
  });
  const disabled = listOf(object.DisabledInterfaceAliases).filter((one) => one !== 'NotConfigured');
  const text = `DisabledInterfaceAliases=${disabled.join(',')}`;
  return {
    profile,
    settings: [
      ...settings,
      ...(disabled.length > 0 ? [{ ...place, name: 'DisabledInterfaces' as const, value: null, text }] : []),
    ],
  };
}

function flag(value: number): number | null {
  return value === 0 || value === 1 ? value : null;
}

function negated(value: number): number | null {
  return value === 0 ? 1 : value === 1 ? 0 : null;
}

function action(value: number): number | null {
  return value === 2 ? 0 : value === 4 ? 1 : null;
}
