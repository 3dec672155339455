import { parseJson } from '../../../../parse-json.ts';
import type { WindowsSource } from '../policy/source.ts';

/** An object of a cmdlet, as ConvertTo-Json wrote it. */
export type CimObject = Readonly<Record<string, unknown>>;

/** An object, the file it is from and the store it was asked of, null where the file does not say. */
export interface FoundObject {
  readonly object: CimObject;
  readonly file: string;
  readonly store: string | null;
}

/** Marks the file of our own collector. */
export const COLLECTION = 'vwaudit-windows';

/** Whether a text is JSON with objects of the cmdlets for the firewall, or the file of our collector. */
export function isPowershellJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  const head = text.slice(0, 200_000);
  return head.includes(`"${COLLECTION}"`) || (!/^\s*\{\s*"nftables"/.test(head) && CMDLET_KEYS.test(head));
}

const CMDLET_KEYS = /"(?:MSFT\|FW\||CreationClassName|DefaultInboundAction|InstanceID|NetworkCategory)/;

/** Every object of the files, and the stores a collection has asked. */
export function objectsOf(sources: readonly WindowsSource[]): {
  readonly objects: readonly FoundObject[];
  readonly stores: readonly string[];
} {
  const objects: FoundObject[] = [];
  const stores: string[] = [];
  for (const { text, file } of sources) {
    const add = (value: unknown, store: string | null): void => {
      for (const object of listOf(value)) if (isObject(object)) objects.push({ object, file, store });
    };
    const data = parseJson(text, file);
    if (!isObject(data) || data.format !== COLLECTION) {
      add(data, null);
      continue;
    }
    for (const [name, store] of Object.entries(isObject(data.stores) ? data.stores : {})) {
      if (!isObject(store)) continue;
      stores.push(name);
      for (const value of Object.values(store)) add(value, name);
    }
    for (const value of Object.values(data)) if (Array.isArray(value)) add(value, null);
  }
  return { objects, stores };
}

/** One object is no list, and Windows PowerShell may wrap a list as `{ "value": […], "Count": n }`. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value as readonly unknown[];
  if (isObject(value) && Array.isArray(value.value) && 'Count' in value)
    return value.value as readonly unknown[];
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
