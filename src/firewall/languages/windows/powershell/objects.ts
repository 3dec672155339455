import { parseJson, repeatedProperty } from '../../../../parse-json.ts';
import { badRuleset, placeIn } from '../../../model/source-location.ts';
import type { WindowsSource } from '../policy/source.ts';

/** An object of a cmdlet, as ConvertTo-Json wrote it. */
export type CimObject = Readonly<Record<string, unknown>>;

/** An object, the file it is from and the store it was asked of, null where the file does not say. */
export interface FoundObject {
  readonly object: CimObject;
  readonly file: string;
  readonly store: string | null;
}

/** Whether a text is JSON with objects of the cmdlets for the firewall, or the file of our collector. */
export function isPowershellJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  const head = text.slice(0, 200_000);
  return COLLECTION.test(head.slice(0, 400)) || (!/^\s*\{\s*"nftables"/.test(head) && CMDLET_KEYS.test(head));
}

/** Stores that a collection may have listed. */
const STORES = ['persistentstore', 'rsop', 'activestore'];

/** The file of our collector. */
const COLLECTION = /"platform"\s*:\s*"windows"/;

const CMDLET_KEYS = /"(?:MSFT\|FW\||CreationClassName|DefaultInboundAction|InstanceID|NetworkCategory)/;

/** What one store or setting was asked for and answered, in a file of our collector. */
export interface Collection {
  /** Stores whose rules were listed. */
  readonly stores: readonly string[];
  readonly isAdministrator: boolean;
  /** Whether the registry has the key of Group Policy; null where that is not known. */
  readonly hasPolicyKey: boolean | null;
}

/** Every object of the files, and the collections among them. */
export function objectsOf(sources: readonly WindowsSource[]): {
  readonly objects: readonly FoundObject[];
  readonly collections: readonly Collection[];
} {
  const objects: FoundObject[] = [];
  const collections: Collection[] = [];
  for (const { text, file } of sources) {
    const add = (value: unknown, store: string | null): void => {
      for (const object of listOf(value)) {
        if (!isObject(object)) continue;
        if (Object.values(object).some(isListOfObjects))
          throw badRuleset(
            { file, line: 1, column: 1 },
            'a list of objects under a name that ConvertTo-Json does not write',
            Object.keys(object).join(', '),
            'give the file as ConvertTo-Json wrote it',
          );
        objects.push({ object, file, store });
      }
    };
    const data = parseOnce(text.replace(/^\ufeff/, ''), file);
    if (!isObject(data) || !isCollection(data, file)) {
      add(data, null);
      continue;
    }
    const stores = Object.entries(isObject(data.stores) ? data.stores : {}).flatMap(([name, store]) =>
      isObject(store) ? [{ name, store }] : [],
    );
    const strange = stores.find(({ name }) => !STORES.includes(name.toLowerCase()));
    if (strange !== undefined)
      throw badRuleset(
        { file, line: 1, column: 1 },
        'a store that Windows Defender Firewall does not have',
        strange.name,
        'collect it again: vwaudit collect --script powershell',
      );
    for (const { name, store } of stores) for (const value of Object.values(store)) add(value, name);
    const hasPolicyKey = typeof data.hasPolicyKey === 'boolean' ? data.hasPolicyKey : null;
    collections.push({
      stores: stores.flatMap(({ name, store }) => (store.rules === null ? [] : [name.toLowerCase()])),
      ...{ isAdministrator: data.isAdministrator === true, hasPolicyKey },
    });
  }
  return { objects, collections };
}

/**
 * Whether it is a file of our collector.
 * @throws InputError for one that lacks what it is known by, or its stores
 */
function isCollection(data: CimObject, file: string): boolean {
  const { kind, platform, stores } = data;
  if (kind !== 'machine' && platform !== 'windows' && stores === undefined) return false;
  if (kind === 'machine' && isObject(stores)) return true;
  throw badRuleset(
    { file, line: 1, column: 1 },
    'a file of vwaudit collect without its kind or its stores',
    undefined,
    'collect it again: vwaudit collect --script powershell',
  );
}

/**
 * No cmdlet writes a property twice, and which of the two was meant nobody knows.
 * @throws InputError with the place of the second one
 */
function parseOnce(text: string, file: string): unknown {
  const data = parseJson(text, file);
  const at = repeatedProperty(text);
  if (at === null) return data;
  throw badRuleset(
    placeIn(file, text, at),
    'a property that stands twice in its object',
    text.slice(at, text.indexOf('"', at + 1) + 1),
    'give the file as ConvertTo-Json wrote it',
  );
}

/** Objects of the cmdlets have none in them. */
function isListOfObjects(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.some((one) => isObject(one) && ['InstanceID', 'DisplayName', 'Enabled'].some((key) => key in one))
  );
}

/** One object is no list, and Windows PowerShell may wrap a list as `{ "value": […], "Count": n }`. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value as readonly unknown[];
  // Nothing else of these files has a list of this name, whatever its count is called.
  if (isObject(value) && Array.isArray(value.value)) return value.value as readonly unknown[];
  return [value];
}

export function isObject(value: unknown): value is CimObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The words of a property: a list, or one of it written without brackets. None for `Any` alone, as for nothing. */
export function wordsOf(value: unknown): readonly string[] {
  const words = listOf(value).map(String);
  return words.length === 1 && /^any$/i.test(words[0] ?? '') ? [] : words.filter((word) => word !== '');
}

/** A text, null where there is none. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A number, or the name of an enumeration in its place; null for others. */
export function enumOf(value: unknown, names: Readonly<Record<string, number>>): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return null;
  if (/^\d+$/.test(value)) return Number(value);
  const key = Object.keys(names).find((one) => one.toLowerCase() === value.toLowerCase());
  return key === undefined ? null : (names[key] ?? null);
}
