import { InputError } from '../../../../input-error.ts';
import { SETTINGS, type WindowsExport } from '../policy/policy.ts';
import type { WindowsRule } from '../policy/rule.ts';
import { refuseTooMany } from '../policy/too-many-rules.ts';
import { parseRule } from '../rule-string/parse-rule.ts';
import { controlSetOf, firewallKey, isOfCurrent, type FirewallKey } from './firewall-keys.ts';
import { isInstruction, isNamedAsSetting, misspelt, misspeltKeys, nameOfValue } from './misspelt-names.ts';
import type { RegistryContent, RegistryValue } from './registry-values.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer One)[] ? One[] : T[Key] };

/**
 * What the keys and values of a registry say of the firewall.
 * @throws InputError where none of its keys is the firewall's
 */
export function readRegistry(content: RegistryContent, file: string): WindowsExport {
  const counts = keysThatCount([...content.keys()], file);
  const found: Mutable<WindowsExport> = {
    ...{
      file,
      rules: [],
      settings: [],
      roots: [],
      ruleStores: [],
      wholeStores: [],
      settingProfiles: [],
      doubts: [],
      assumptions: [],
      unstated: [],
      ...{ listsMdm: false, listsHardening: false },
    },
  };
  for (const key of counts.values()) noteKey(found, key);
  found.wholeStores.push(...found.ruleStores);
  const count = [...counts].reduce(
    (sum, [path, { kind }]) => sum + (kind === 'rules' ? (content.get(path)?.length ?? 0) : 0),
    0,
  );
  refuseTooMany(count, file);
  const unknown: RegistryValue[] = [];
  let empty = 0;
  for (const [path, key] of counts)
    for (const value of content.get(path) ?? [])
      if (key.kind === 'unread') found.doubts.push(unreadOf(key, value, file));
      else if (key.kind === 'profile' || key.kind === 'merge') addSetting(found, key, value, unknown);
      // A heading was lost, or an instruction of a Registry.pol is not known.
      else if (
        isInstruction(value) ||
        isNamedAsSetting(value) ||
        (key.kind === 'root' && nameOfValue(value).kind === 'misspelt')
      )
        found.doubts.push(misspelt(value.name, null, { profile: null, file, line: value.line }));
      else if (key.kind === 'rules') {
        const rule = ruleOf(key.store, value, file);
        if (rule === null) empty++;
        else found.rules.push(rule);
      }
  found.doubts.push(...misspeltKeys(content, counts, file));
  const names = new Set(unknown.map(({ name }) => name));
  if (names.size > 0)
    found.unstated.push(`${file}: what Windows does not document changes nothing (${[...names].join(', ')})`);
  if (empty > 0) found.assumptions.push(`${file}: ${empty} values without text are not rules`);
  return {
    ...found,
    undocumented: unknown.map((value) => ({ text: settingText(value), file, line: value.line })),
  };
}

/** Of several control sets the current one counts. */
function keysThatCount(keys: readonly string[], file: string): ReadonlyMap<string, FirewallKey> {
  const hasCurrent = keys.some(isOfCurrent);
  const sets = new Set(keys.flatMap((key) => controlSetOf(key) ?? []));
  if (!hasCurrent && sets.size > 1)
    throw new InputError({
      code: 'several-control-sets',
      message: `rules of ${[...sets].join(' and ')}, of which only one is in use`,
      fix: 'export CurrentControlSet, or the set that SYSTEM\\Select names as Current',
      file,
    });
  const found = keys.flatMap((path) => {
    if (hasCurrent && controlSetOf(path) !== null) return [];
    const key = firewallKey(path);
    return key === null ? [] : [[path, key] as const];
  });
  if (found.length > 0) return new Map(found);
  throw new InputError({
    code: 'no-firewall-keys',
    message: 'no key of Windows Defender Firewall',
    fix: EXPORT_FIX,
    file,
  });
}

/** The commands that export both stores. */
export const EXPORT_FIX =
  'run reg export HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy local.reg, ' +
  'and reg export HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall policy.reg';

function noteKey(found: Mutable<WindowsExport>, key: FirewallKey): void {
  if (key.kind === 'profile') found.settingProfiles.push({ store: key.store, profile: key.profile });
  // Both are below the key of the local store, and an export of it has them where the computer has.
  if (key.kind === 'root' && key.store === 'local') found.listsMdm = found.listsHardening = true;
  if (key.kind === 'rules' && key.store === 'mdm') found.listsMdm = true;
  if (key.kind === 'rules' && key.store === 'hardening') found.listsHardening = true;
  if (key.kind === 'rules' && (key.store === 'local' || key.store === 'policy'))
    found.ruleStores.push(key.store);
  // Every computer has the keys of its rules and its profiles, and an export of all has them too.
  if (key.kind !== 'root' || key.store === 'local') return;
  found.roots.push(key.store);
  found.ruleStores.push(key.store);
}

function ruleOf(
  store: WindowsRule['origin']['store'],
  { name, data, line }: RegistryValue,
  file: string,
): WindowsRule | null {
  const text = typeof data === 'string' ? data : '';
  return parseRule(text, { file, line, store, id: name, name: '', text });
}

function unreadOf(
  { profile, path }: Extract<FirewallKey, { kind: 'unread' }>,
  { name, line }: RegistryValue,
  file: string,
): WindowsExport['doubts'][number] {
  const text = `${path}\\${name}`;
  return { text, reason: { code: 'unread-setting', setting: text }, profile, file, line };
}

/** @param unknown gets the values whose effect nobody published */
function addSetting(
  { file, settings, doubts }: Mutable<WindowsExport>,
  key: Extract<FirewallKey, { kind: 'profile' | 'merge' }>,
  value: RegistryValue,
  unknown: RegistryValue[],
): void {
  const { name, data, line } = value;
  const { store, profile } = key;
  const place = { store, profile, file, line };
  const lower = name.toLowerCase();
  const setting =
    key.kind === 'merge'
      ? lower === 'allowuserprefmerge' && (`AllowUserPrefMerge${key.of}` as const)
      : SETTINGS.find((one) => one.toLowerCase() === lower);
  if (setting) settings.push({ ...place, name: setting, value: flag(data), text: settingText(value) });
  // No interface is an empty text.
  else if (key.kind === 'profile' && lower === 'disabledinterfaces')
    settings.push({
      ...place,
      name: 'DisabledInterfaces',
      value: data === '' ? 0 : null,
      text: `${name}=${data}`,
    });
  else {
    const found = nameOfValue(value);
    if (found.kind === 'misspelt') {
      const isOfProfile = found.meant !== null && profile !== 'standard';
      doubts.push(misspelt(name, found.meant, { profile: isOfProfile ? profile : null, file, line }));
    }
    if (found.kind === 'unknown') unknown.push(value);
  }
}

/** A number is told from its text, which is no value of a setting. */
function settingText({ name, data }: RegistryValue): string {
  if (data === null) return `${name}=unreadable`;
  return `${name}=${typeof data === 'number' ? data : JSON.stringify(data)}`;
}

function flag(data: RegistryValue['data']): number | null {
  return data === 0 || data === 1 ? data : null;
}
