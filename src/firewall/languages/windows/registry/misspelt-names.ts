import { nearestWord } from '../../../../nearest-word.ts';
import { SETTINGS, type WindowsExport } from '../policy/policy.ts';
import { controlSetOf, isOfOthers, nearlyKey } from './firewall-keys.ts';
import type { RegistryContent, RegistryValue } from './registry-values.ts';

type FileDoubt = WindowsExport['doubts'][number];

/** Values of a profile that decide about traffic, by their names in the registry. */
const DECIDING = [
  ...SETTINGS.filter((name) => !name.startsWith('AllowUserPrefMerge')),
  'AllowUserPrefMerge',
  'DisabledInterfaces',
];

/** Those that decide nothing here: what a program that listens is told, logs, IPsec, answers to what the computer asked. */
const OTHERS = [
  ...['DisableNotifications', 'DisableUnicastResponsesToMulticastBroadcast', 'AllowLocalIPsecPolicyMerge'],
  ...['DisableStealthModeIPsecSecuredPacketExemption', 'PolicyVersion', 'Enabled'],
  ...['LogDroppedPackets', 'LogSuccessfulConnections', 'LogFilePath', 'LogFileSize'],
];

const lower = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.map((name) => name.toLowerCase()));
const DECIDING_IN_LOWER_CASE = lower(DECIDING);
const OTHERS_IN_LOWER_CASE = lower(OTHERS);

/** Whether a name is an instruction of a registry policy file, and none that is known. */
export function isInstruction({ name }: RegistryValue): boolean {
  return name.startsWith('**');
}

/** Names are of ASCII. */
const IS_NAME = /^[ -~]*$/;

/**
 * What the name of a value is that is no setting of its key. `known`: it decides nothing; `unknown`: nobody published what it does;
 * `misspelt`: of a setting, or one of another key. `meant`: the setting, null where that may be any.
 */
export type NameOfValue =
  { readonly kind: 'known' | 'unknown' } | { readonly kind: 'misspelt'; readonly meant: string | null };

export function nameOfValue(value: RegistryValue): NameOfValue {
  const { name, data } = value;
  if (isInstruction(value) || !IS_NAME.test(name) || isRuleText(data))
    return { kind: 'misspelt', meant: null };
  if (name === '' || OTHERS_IN_LOWER_CASE.has(name.toLowerCase())) return { kind: 'known' };
  const meant = nearestWord(name, DECIDING);
  if (meant === undefined) return { kind: 'unknown' };
  return { kind: 'misspelt', meant: meant.toLowerCase() === name.toLowerCase() ? null : meant };
}

/** Whether a value has the name of a setting, which no key but that of a profile has. */
export function isNamedAsSetting({ name }: RegistryValue): boolean {
  return DECIDING_IN_LOWER_CASE.has(name.toLowerCase());
}

function isRuleText(data: RegistryValue['data']): boolean {
  return typeof data === 'string' && /^v\d+\.\d+\|.*\|(?:action|active|dir)=/i.test(data);
}

/**
 * Keys that are none of the firewall's, yet have what only its keys have, or nearly its name: what they say may have been meant for it.
 * @param counts the firewall's keys
 */
export function misspeltKeys(
  content: RegistryContent,
  counts: ReadonlyMap<string, unknown>,
  file: string,
): readonly FileDoubt[] {
  const found: FileDoubt[] = [];
  for (const [path, values] of content) {
    if (counts.has(path) || controlSetOf(path) !== null || isOfOthers(path)) continue;
    const own = values.find((value) => isNamedAsSetting(value) || isRuleText(value.data));
    const nearly = nearlyKey(path);
    if (own === undefined && nearly === null) continue;
    const { name, perhaps } = nearly ?? { name: path, perhaps: null };
    found.push(misspelt(name, perhaps, { profile: null, file, line: (own ?? values[0])?.line ?? 0 }));
  }
  return found;
}

/** What a misspelt name leaves open: anything. */
export function misspelt(
  name: string,
  perhaps: string | null,
  place: Pick<FileDoubt, 'profile' | 'file' | 'line'>,
): FileDoubt {
  return { text: name, reason: { code: 'misspelt-name', name, perhaps }, ...place };
}
