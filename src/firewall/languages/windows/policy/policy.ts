import type { Doubt, WindowsRule } from './rule.ts';
import type { Profile } from './profile.ts';
import type { UndocumentedValue } from '../../../model/ruleset.ts';

/** Stores that keep settings. */
export type SettingStore = 'local' | 'policy';

/** The settings that decide about traffic, by the names of the registry (sheet: 2.6 of MS-GPFAS). */
export const SETTINGS = [
  'EnableFirewall',
  'DoNotAllowExceptions',
  'DefaultInboundAction',
  'DefaultOutboundAction',
  'AllowLocalPolicyMerge',
  'DisableStealthMode',
  'AllowUserPrefMergeApps',
  'AllowUserPrefMergePorts',
] as const;

export type SettingName = (typeof SETTINGS)[number];

/** What a computer does whose local store does not have the setting. */
export const DEFAULTS: Readonly<Record<SettingName, number>> = {
  EnableFirewall: 1,
  DoNotAllowExceptions: 0,
  DefaultInboundAction: 1,
  DefaultOutboundAction: 0,
  AllowLocalPolicyMerge: 1,
  DisableStealthMode: 0,
  AllowUserPrefMergeApps: 1,
  AllowUserPrefMergePorts: 1,
};

/** A setting of one profile in one store. */
export interface Setting {
  readonly store: SettingStore;
  /** `standard` is the policy's StandardProfile, which means private and public where neither has a key. */
  readonly profile: Profile | 'standard';
  readonly name: SettingName | 'DisabledInterfaces';
  /** Null for what is not a number that the setting can have; of `DisabledInterfaces` 0 for none. */
  readonly value: number | null;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What one file says of a machine. */
export interface WindowsExport {
  readonly file: string;
  readonly rules: readonly WindowsRule[];
  readonly settings: readonly Setting[];
  /** Stores it lists as a whole: what it does not list is not there. */
  readonly roots: readonly SettingStore[];
  /** Stores whose rules it lists. */
  readonly ruleStores: readonly SettingStore[];
  /** Stores that it lists as they are in force, by IDs, as far as it lists them: another such file that differs contradicts it. */
  readonly wholeStores: readonly SettingStore[];
  /** Profiles whose settings it lists. */
  readonly settingProfiles: readonly {
    readonly store: SettingStore;
    readonly profile: Profile | 'standard';
  }[];
  /** What may change any answer of a profile, null for all. */
  readonly doubts: readonly (Doubt & {
    readonly profile: Profile | null;
    readonly file: string;
    readonly line: number;
  })[];
  /** What was taken for granted when the file was read. */
  readonly assumptions: readonly string[];
  /** The same where an ordinary computer may make it false, unless somebody says that the files are complete. */
  readonly unstated: readonly string[];
  /** Values beside the settings of a profile whose effect nobody published; they are taken to have none. */
  readonly undocumented?: readonly UndocumentedValue[];
  /** Whether it lists the rules that MDM (Intune) set. */
  readonly listsMdm: boolean;
  /** Whether it lists the rules of service hardening. */
  readonly listsHardening: boolean;
}

/** Whether a file lists the settings of a profile: what it does not list is left to its default. */
export function knowsSettings(
  { roots, settingProfiles }: WindowsExport,
  store: SettingStore,
  profile: Setting['profile'],
): boolean {
  return (
    roots.includes(store) || settingProfiles.some((one) => one.store === store && one.profile === profile)
  );
}
