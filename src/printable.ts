/**
 * Text from outside made safe for a terminal: control characters (C0, DEL, C1), the Unicode characters that reorder or hide
 * text (bidi controls, zero-width, soft hyphens, tags, line separators) and what is no character (lone surrogates) become visible `\xNN` or `\u{…}` escapes.
 */
export function printable(text: string): string {
  if (!MAY_BE_HIDDEN.test(text)) return text;
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** The same data with every text in it printable, names of keys too; what needs no change is not copied. */
export function printableAll<T>(data: T): T {
  return visible(data) as T;
}

function visible(data: unknown): unknown {
  if (typeof data === 'string') return printable(data);
  if (typeof data !== 'object' || data === null) return data;
  return Array.isArray(data) ? visibleItems(data) : visibleEntries(data as Readonly<Record<string, unknown>>);
}

function visibleItems(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  items.forEach((item, at) => {
    const shown = visible(item);
    if (shown !== item) (copy ??= [...items])[at] = shown;
  });
  return copy ?? items;
}

function visibleEntries(data: Readonly<Record<string, unknown>>): object {
  let copy: [string, unknown][] | undefined;
  const keys = Object.keys(data);
  keys.forEach((key, at) => {
    const [name, value] = [printable(key), visible(data[key])];
    if (copy === undefined && name === key && value === data[key]) return;
    copy ??= keys.slice(0, at).map((before) => [before, data[before]]);
    copy.push([name, value]);
  });
  return copy === undefined ? data : Object.fromEntries(copy);
}

/** Most texts are of letters and signs of ASCII alone. */
const MAY_BE_HIDDEN = /[^ -~]/;

const HIDDEN =
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;
