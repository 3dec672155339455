import type { UnclearSetting } from '../../../model/reason.ts';
import type { Profile } from '../policy/profile.ts';
import { isLeftOutElsewhere } from './contradictions.ts';
import {
  DEFAULTS,
  knowsSettings,
  type Setting,
  type SettingName,
  type SettingStore,
  type WindowsExport,
} from '../policy/policy.ts';

/** The number a setting has, null where it is not known, and where that stands; none for a default and where no file gives it. */
export interface EffectiveSetting {
  readonly value: number | null;
  readonly from: Setting | null;
  /** Why a value that files give is not known. */
  readonly unclear?: UnclearSetting;
}

/** What counts in one profile after local settings and group policy are merged (MS-GPFAS 2.2.3). */
export interface ProfileSettings {
  readonly isOn: EffectiveSetting;
  readonly blocksAll: EffectiveSetting;
  readonly inbound: EffectiveSetting;
  readonly outbound: EffectiveSetting;
  readonly mergesLocal: EffectiveSetting;
  readonly mergesApps: EffectiveSetting;
  readonly mergesPorts: EffectiveSetting;
  readonly disabledInterfaces: readonly Setting[];
}

/** Everything the exports of one computer say. */
export interface GivenSettings {
  readonly exports: readonly WindowsExport[];
  readonly isComplete: boolean;
}

/** The settings of each profile. */
export type Settings = Readonly<Record<Profile, ProfileSettings>>;

export function settingsOf(given: GivenSettings): Settings {
  return {
    domain: settingsOfProfile(given, 'domain'),
    private: settingsOfProfile(given, 'private'),
    public: settingsOfProfile(given, 'public'),
  };
}

function settingsOfProfile(given: GivenSettings, profile: Profile): ProfileSettings {
  const policyElseLocal = (name: SettingName): EffectiveSetting => {
    const policy = find(given, 'policy', profile, name);
    if (policy !== null) return policy;
    return find(given, 'local', profile, name) ?? { value: DEFAULTS[name], from: null };
  };
  return {
    isOn: policyElseLocal('EnableFirewall'),
    blocksAll: eitherOn(given, profile),
    inbound: policyElseLocal('DefaultInboundAction'),
    outbound: policyElseLocal('DefaultOutboundAction'),
    // A local value has no effect.
    mergesLocal: find(given, 'policy', profile, 'AllowLocalPolicyMerge') ?? {
      value: DEFAULTS.AllowLocalPolicyMerge,
      from: null,
    },
    mergesApps: policyElseLocal('AllowUserPrefMergeApps'),
    mergesPorts: policyElseLocal('AllowUserPrefMergePorts'),
    disabledInterfaces: disabledInterfaces(given, profile),
  };
}

/** Whether a setting surely keeps local rules for ports from counting: all of them, or those for one port. */
export function isWithoutLocalRules({ mergesLocal, mergesPorts }: ProfileSettings): boolean {
  return mergesLocal.value === 0 || mergesPorts.value === 0;
}

/** "On" wins, whichever store says so. */
function eitherOn(given: GivenSettings, profile: Profile): EffectiveSetting {
  const [policy, local] = (['policy', 'local'] as const).map((store) =>
    find(given, store, profile, 'DoNotAllowExceptions'),
  );
  const isOn = (one: EffectiveSetting | null | undefined): boolean => one?.value === 1;
  if (isOn(policy)) return policy ?? OFF;
  if (isOn(local)) return local ?? OFF;
  const open = [policy, local].filter((one) => one?.value === null);
  return open.find((one) => one?.unclear !== undefined) ?? open[0] ?? OFF;
}

const OFF: EffectiveSetting = { value: 0, from: null };
const OPEN: EffectiveSetting = { value: null, from: null };

/** Of policy where it has the value, also with no interface in it; else of the local store. */
function disabledInterfaces(given: GivenSettings, profile: Profile): readonly Setting[] {
  const of = (store: SettingStore): readonly Setting[] => {
    const key = isStandardKey(given, store, profile) ? 'standard' : profile;
    return given.exports.flatMap(({ settings }) =>
      settings.filter(
        (one) => one.store === store && one.profile === key && one.name === 'DisabledInterfaces',
      ),
    );
  };
  const policy = of('policy');
  // In StandardProfile it may not stand; what it does there is not known.
  const isSure = policy.length > 0 && policy.every((one) => one.profile === profile);
  const counting = isSure ? policy : [...policy, ...of('local')];
  return counting.filter(({ value }) => value !== 0);
}

/** Null where the store leaves it to its default. */
function find(
  given: GivenSettings,
  store: SettingStore,
  profile: Profile,
  name: SettingName,
): EffectiveSetting | null {
  const key = isStandardKey(given, store, profile) ? 'standard' : profile;
  const found = given.exports.flatMap(({ settings }) =>
    settings.filter((one) => one.store === store && one.profile === key && one.name === name),
  );
  const [from] = found;
  if (from === undefined) return areSettingsKnown(given, store, profile) ? null : OPEN;
  const isContradicted = found.some((one) => isLeftOutElsewhere(one, given.exports));
  const unclear =
    whyUnclear(found, key === 'standard' && NOT_IN_STANDARD.has(name)) ?? (isContradicted ? 'several' : null);
  return unclear === null ? { value: from.value, from } : { value: null, from, unclear };
}

/** @param isMisplaced it may not stand in that key; what it does there is not known */
function whyUnclear(found: readonly Setting[], isMisplaced: boolean): UnclearSetting | null {
  if (isMisplaced) return 'misplaced';
  if (new Set(found.map(({ value }) => value)).size > 1) return 'several';
  return found.some(({ value }) => value === null) ? 'value' : null;
}

const NOT_IN_STANDARD: ReadonlySet<SettingName> = new Set([
  'AllowLocalPolicyMerge',
  'DefaultInboundAction',
  'DefaultOutboundAction',
]);

/** The policy's StandardProfile speaks for private and public where it has no key of either. */
function isStandardKey({ exports }: GivenSettings, store: SettingStore, profile: Profile): boolean {
  if (store === 'local' || profile === 'domain') return false;
  return !exports.some(({ settingProfiles }) =>
    settingProfiles.some(
      (one) => one.store === 'policy' && (one.profile === 'private' || one.profile === 'public'),
    ),
  );
}

function areSettingsKnown(
  { exports, isComplete }: GivenSettings,
  store: SettingStore,
  profile: Profile,
): boolean {
  return isComplete || exports.some((one) => knowsSettings(one, store, profile));
}
