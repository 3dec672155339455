import type { Lexer } from './scan/lexer.ts';

export const BYTE_UNITS = ['bytes', 'kbytes', 'mbytes'];

/** Reads one of the units. */
export function expectUnit(lexer: Lexer, units: readonly string[], what: string): void {
  if (!units.includes(lexer.text)) throw lexer.fail(`expected ${what}`, `use ${units.join(', ')}`);
  lexer.next();
}
