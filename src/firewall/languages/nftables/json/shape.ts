/** A JSON object of unknown keys. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A list, where a single value means a list of one; null and absent mean an empty list. */
export function listOf(value: unknown): readonly unknown[] {
  return isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

export function numberIn(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === 'number' ? value : undefined;
}

/** The one key of an object that names what it is, with its value; `undefined` for anything else. */
export function tagged(value: unknown): { readonly tag: string; readonly content: unknown } | undefined {
  if (!isObject(value)) return undefined;
  const [tag, ...others] = Object.keys(value);
  return tag === undefined || others.length > 0 ? undefined : { tag, content: value[tag] };
}

/** JSON for a message: short, however long or deep the value is. */
export function showJson(value: unknown, levels = 4): string {
  if (isArray(value)) {
    return levels === 0
      ? '[…]'
      : `[${value
          .slice(0, MAX_SHOWN)
          .map((inner) => showJson(inner, levels - 1))
          .join(', ')}]`;
  }
  if (!isObject(value)) return ((JSON.stringify(value) as string | undefined) ?? 'nothing').slice(0, 80);
  if (levels === 0) return '{…}';
  const keys = Object.keys(value).slice(0, MAX_SHOWN);
  return `{${keys.map((key) => `${JSON.stringify(key)}: ${showJson(value[key], levels - 1)}`).join(', ')}}`;
}

const MAX_SHOWN = 4;
