import type { Issue } from './results.ts';

/** The same for one finding wherever its rule moves to: made from code, flows and the text of the rule, never from a line. */
export function fingerprint({ code, flows, rules }: Issue): string {
  return hash(JSON.stringify([code, flows.map(({ key }) => key).sort(), rules.map(({ text }) => text)]));
}

/** FNV-1a, 64 bits, as hexadecimal digits. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const character of text) {
    value ^= BigInt(character.codePointAt(0) ?? 0);
    value = BigInt.asUintN(64, value * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, '0');
}
