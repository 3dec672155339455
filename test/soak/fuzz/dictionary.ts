import type { DialectId } from '../../../src/firewall/languages/dialect.ts';
import type { Seed } from './corpus.ts';

/** Words, quoted texts and single symbols: close enough to what each dialect's own scanner cuts. */
const TOKEN = /"[^"\n]*"|--?[\w-]+|[\w.:/]+|[^\s\w]/g;

export interface Token {
  readonly text: string;
  readonly start: number;
}

export function tokensOf(text: string): readonly Token[] {
  return Array.from(text.matchAll(TOKEN), (found) => ({ text: found[0], start: found.index }));
}

export type Dictionaries = ReadonlyMap<DialectId, readonly string[]>;

/** The tokens each dialect uses. */
export function dictionaries(seeds: readonly Seed[]): Dictionaries {
  const words = new Map<DialectId, Set<string>>();
  for (const { dialect, text } of seeds) {
    const known = words.get(dialect) ?? new Set();
    words.set(dialect, known);
    for (const token of tokensOf(text)) known.add(token.text);
  }
  return new Map(Array.from(words, ([dialect, known]) => [dialect, [...known]]));
}

/** Numbers and addresses at the edge of what something holds, and just beyond. */
export const BOUNDARIES: readonly string[] = [
  ...['0', '1', '-1', '00', '010', '0x0', '0xffffffff', '0x100000000', '1e3', '1.5', '+1'],
  ...['7', '8', '31', '32', '33', '63', '64', '127', '128', '129', '255', '256', '1023', '4096'],
  ...['65535', '65536', '2147483647', '2147483648', '4294967295', '4294967296'],
  ...['9007199254740993', '18446744073709551615', '18446744073709551616', '99999999999999999999999999'],
  ...[
    '0.0.0.0',
    '255.255.255.255',
    '10.0.0.256',
    '10.0.0',
    '1.2.3.4.5',
    '010.0.0.1',
    '0.0.0.0/0',
    '10.0.0.0/33',
  ],
  ...[
    '10.0.0.0/255.0.255.0',
    '::',
    '::1',
    '::/0',
    '::/129',
    ':::',
    '1::2::3',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
  ],
  ...[
    '22-',
    '-22',
    '25-22',
    '0-65535',
    '22:25',
    '25:22',
    ':',
    '1:',
    '1,2',
    ',',
    '1,,2',
    '/',
    '10.0.0.9-10.0.0.1',
  ],
];

/** What belongs to no dialect. */
export const HOSTILE: readonly string[] = [
  ...[
    '\0',
    '\r',
    '\r\n',
    '\n',
    '\t',
    '\v',
    '\f',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\ufffd',
    '\u0085',
    '\ud800',
    '\udc00',
  ],
  ...[
    'é',
    '\u{1f600}',
    '\u001b[31m',
    '\u202e',
    '"',
    "'",
    '`',
    '\\',
    '\\\n',
    '\\"',
    '#',
    ';',
    ';;',
    '$',
    '@',
    '%s',
    '$(x)',
  ],
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '!',
    '! !',
    '&',
    '|',
    '^',
    '==',
    '!=',
    '<<',
    '*',
    '--',
    '-',
    '.',
    '..',
    '...',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    'true',
  ],
];
