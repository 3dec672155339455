import type { SettingStore, WindowsExport } from '../policy/policy.ts';
import type { WindowsSource } from '../policy/source.ts';
import { filtersByRule, ruleKey } from './filters.ts';
import { enumOf, listOf, objectsOf, textOf, type CimObject, type FoundObject } from './objects.ts';
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
  const { objects, stores } = objectsOf(sources);
  const filters = filtersByRule(objects);
  const rules = objects
    .filter(({ object }) => isRuleObject(object))
    .map((one) =>
      ruleOfObject(one, filters.get(ruleKey(one.store, textOf(one.object.InstanceID) ?? '')) ?? {}),
    );
  const profiles = objects
    .filter(({ object }) => isProfileObject(object))
    .map((one) => settingsOfProfile(one, settingStore(one)));
  const asked = stores.flatMap((store): readonly SettingStore[] =>
    /^rsop$/i.test(store) ? ['policy'] : /^persistentstore$/i.test(store) ? ['local'] : [],
  );
  const found = rules.flatMap(({ origin: { store } }): readonly SettingStore[] =>
    store === 'local' || store === 'policy' ? [store] : [],
  );
  return [
    {
      ...{ file: first.file, rules, settings: profiles.flatMap(({ settings }) => settings), assumptions: [] },
      roots: asked.filter((store) => store === 'policy'),
      ruleStores: [...asked, ...found],
      settingProfiles: profiles.flatMap(({ profile, settings: [setting] }) =>
        profile === null ? [] : [{ store: setting?.store ?? 'local', profile }],
      ),
      doubts: objects
        .filter(({ object }) => isOff(object))
        .slice(0, 1)
        .map(otherProduct),
    },
  ];
}

function isRuleObject(object: CimObject): boolean {
  return 'DisplayName' in object && 'Direction' in object && 'Action' in object;
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
