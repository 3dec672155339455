import type { SettingStore, WindowsExport } from '../policy/policy.ts';
import type { WindowsSource } from '../policy/source.ts';
import { filterKind, filtersByRule, isOfRule, ruleKey } from './filters.ts';
import type { Store } from '../policy/rule.ts';
import {
  enumOf,
  listOf,
  objectsOf,
  textOf,
  type CimObject,
  type Collection,
  type FoundObject,
} from './objects.ts';
import { isProfileObject, settingsOfProfile } from './profile-settings.ts';
import { ruleOfObject } from './rule-of-object.ts';

/**
 * The JSON files of one computer: rules, filters and profiles as the cmdlets give them, in one file or in several, or the collection of
 * our script.
 * @throws InputError with line and column for what is not JSON
 */
export function readPowershell(sources: readonly WindowsSource[]): readonly WindowsExport[] {
  const [first] = sources;
  if (first === undefined) return [];
  const { objects, collections } = objectsOf(sources);
  const filters = filtersByRule(objects);
  const given = objects
    .filter(({ object }) => isRuleObject(object))
    .map((one) => ({ one, key: ruleKey(one.store, textOf(one.object.InstanceID) ?? '') }));
  const keys = new Set(given.map(({ key }) => key));
  const orphans = [...filters.keys()].filter((key) => !keys.has(key)).length;
  const rules = given
    .map(({ one, key }) => ({ store: one.store, rule: ruleOfObject(one, filters.get(key) ?? {}) }))
    .filter(({ store, rule }) => !isActiveStore(store) || addsToStores(rule.origin.store))
    .map(({ rule }) => rule);
  const profiles = objects
    .filter(({ object, store }) => isProfileObject(object) && !isActiveStore(store))
    .map((one) => ({ ...settingsOfProfile(one, settingStore(one)), store: settingStore(one), one }));
  const asked = collections.flatMap(storesOf);
  const found = rules.flatMap(({ origin: { store } }): readonly SettingStore[] =>
    store === 'local' || store === 'policy' ? [store] : [],
  );
  // The active store has all rules, to an administrator.
  const isActiveListed = collections.some(
    ({ stores, isAdministrator }) => stores.includes('activestore') && isAdministrator,
  );
  const isPolicyUnset = collections.some(({ hasPolicyKey }) => hasPolicyKey === false);
  return [
    {
      ...{
        file: first.file,
        rules,
        settings: profiles.flatMap(({ settings }) => settings),
        assumptions: [],
        unstated: assumedOf(first, orphans),
        ...{ listsMdm: isActiveListed, listsHardening: isActiveListed },
      },
      roots: isPolicyUnset ? ['policy'] : [],
      // Of a collection the stores that it says it has listed; else a rule shows that its store was.
      ruleStores: collections.length > 0 ? asked : found,
      wholeStores: asked,
      settingProfiles: profiles.flatMap(({ profile, store }) =>
        profile === null ? [] : [{ store, profile }],
      ),
      doubts: [
        ...objects
          .filter(({ object }) => isOff(object))
          .slice(0, 1)
          .map(otherProduct),
        ...(filters.size > 0 && given.length === 0 ? [withoutRules(first)] : []),
        ...profiles.flatMap(({ profile, one }) => (profile === null ? [ofNoProfile(one)] : [])),
      ],
    },
  ];
}

/** Group Policy is listed as a whole to an administrator alone; where the registry has no key of it, there is none. */
function storesOf({ stores, isAdministrator, hasPolicyKey }: Collection): readonly SettingStore[] {
  const isPolicyWhole = (stores.includes('rsop') && isAdministrator) || hasPolicyKey === false;
  return [
    ...(stores.includes('persistentstore') ? (['local'] as const) : []),
    ...(isPolicyWhole ? (['policy'] as const) : []),
  ];
}

/** All stores merged. */
function isActiveStore(store: string | null): boolean {
  return store?.toLowerCase() === 'activestore';
}

/** Rules of the merged store that no other one lists. */
function addsToStores(store: Store): boolean {
  return store === 'mdm' || store === 'hardening';
}

/** A rule may lack what it is known by: what is no filter, profile or network counts as one, and then leaves everything open. */
function isRuleObject(object: CimObject): boolean {
  if (isProfileObject(object) || filterKind(object) !== null) return false;
  const { CreationClassName: name } = object;
  // Rules of IPsec come along.
  if (typeof name === 'string' && /^MSFT\|FW\|/i.test(name)) return isOfRule(name);
  return ['DisplayName', 'InstanceID', 'Direction', 'Action'].filter((key) => key in object).length > 1;
}

function settingStore({ store }: FoundObject): SettingStore {
  return store !== null && /^rsop$/i.test(store) ? 'policy' : 'local';
}

const CATEGORY_OFF = 3;

/** The rule is not enforced since another product is the firewall. */
function isOff(object: CimObject): boolean {
  return listOf(object.EnforcementStatus).some(
    (one) => enumOf(one, { CategoryOff: CATEGORY_OFF }) === CATEGORY_OFF,
  );
}

function otherProduct({ file }: FoundObject): WindowsExport['doubts'][number] {
  return { text: 'EnforcementStatus 3', reason: { code: 'other-product' }, profile: null, file, line: 0 };
}

/** Filters of rules that are not listed may be of those that somebody left out. */
function assumedOf({ file }: WindowsSource, orphans: number): readonly string[] {
  if (orphans === 0) return [];
  return [`${file}: its rules are all there are, though filters of more rules are given (${orphans})`];
}

/** Which profile the settings of an object are for is not known. */
function ofNoProfile({ object, file }: FoundObject): WindowsExport['doubts'][number] {
  const name = `profile ${textOf(object.Name) ?? 'without a name'}`;
  return { text: name, reason: { code: 'misspelt-name', name, perhaps: null }, profile: null, file, line: 0 };
}

/** Filters show that there are rules. */
function withoutRules({ file }: WindowsSource): WindowsExport['doubts'][number] {
  const reason = { code: 'filter-not-given', filter: 'Get-NetFirewallRule' } as const;
  return { text: 'filters without their rules', reason, profile: null, file, line: 0 };
}
