import {
  DEFAULTS,
  knowsSettings,
  type Setting,
  type SettingStore,
  type WindowsExport,
} from '../policy/policy.ts';
import { withDoubt, type WindowsRule } from '../policy/rule.ts';

// Two files that each list a store as a whole, and differ: one of them is older, and which one nobody knows.

/** The rules of all files; one that is in force is in doubt where another file that lists all of its store does not have it. */
export function rulesOfAll(exports: readonly WindowsExport[]): readonly WindowsRule[] {
  const lists = (['local', 'policy'] as const).flatMap((store) => {
    const files = exports.filter(({ wholeStores }) => wholeStores.includes(store));
    return files.length < 2 ? [] : files.map((one) => ({ store, file: one.file, ids: idsOf(one, store) }));
  });
  const all = exports.flatMap(({ rules }) => rules);
  if (lists.length === 0) return all;
  return all.map((rule) => {
    const { store, id } = rule.origin;
    if (rule.isActive === false) return rule;
    const without = lists.find((list) => list.store === store && !list.ids.has(id.toLowerCase()));
    if (without === undefined) return rule;
    const { file } = without;
    return withDoubt(rule, { text: `not in ${file}`, reason: { code: 'not-in-other-export', file } });
  });
}

function idsOf({ rules }: WindowsExport, store: SettingStore): ReadonlySet<string> {
  return new Set(rules.flatMap(({ origin }) => (origin.store === store ? [origin.id.toLowerCase()] : [])));
}

/** Whether a file that lists the settings of the profile leaves to its default what this one of another file sets otherwise. */
export function isLeftOutElsewhere(
  { store, profile, name, value }: Setting,
  exports: readonly WindowsExport[],
): boolean {
  if (name === 'DisabledInterfaces' || (store === 'local' && value === DEFAULTS[name])) return false;
  return exports.some(
    (other) =>
      other.wholeStores.includes(store) &&
      knowsSettings(other, store, profile) &&
      !other.settings.some((one) => one.store === store && one.profile === profile && one.name === name),
  );
}
