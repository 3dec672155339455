import { nameOf } from './keys.ts';

/** A key and its value, as the string has them. */
export interface Field {
  readonly key: string;
  /** The key in lower case: its letter case does not matter. */
  readonly name: string;
  readonly value: string;
}

/** The parts of a rule string, before they have a meaning. */
export interface SplitRule {
  /** Null where the string does not begin with a version. */
  readonly version: { readonly major: number; readonly minor: number } | null;
  readonly fields: readonly Field[];
  /** Parts that are not `KEY=VALUE`, and a last part without its pipe. */
  readonly strays: readonly string[];
}

const VERSION = /^v(\d{1,5})\.(\d{1,5})$/i;

/** `v2.30|Action=Allow|…|`: a version, then keys and values, each ended by a pipe. */
export function splitRule(text: string): SplitRule {
  const parts = text.split('|');
  const rest = parts.pop() ?? '';
  const [, major, minor] = VERSION.exec(parts[0] ?? '') ?? [];
  const version = major === undefined ? null : { major: Number(major), minor: Number(minor) };
  const fields: Field[] = [];
  const strays: string[] = rest === '' ? [] : [rest];
  for (const part of version === null ? parts : parts.slice(1)) {
    const at = part.indexOf('=');
    if (at <= 0) strays.push(part);
    else fields.push(fieldOf(part, at));
  }
  // What was cut off may still say what it was.
  const at = rest.indexOf('=');
  if (at > 0) fields.push(fieldOf(rest, at));
  return { version, fields, strays };
}

function fieldOf(part: string, at: number): Field {
  const key = part.slice(0, at);
  return { key, name: nameOf(key), value: part.slice(at + 1) };
}
