/** What listings go through on their way from `nft list ruleset` to a file: options of nft, editors, terminals, mail. */
const CHANGES = {
  '-s': (text: string) => text.replaceAll(/ packets \d+ bytes \d+/g, ''),
  '-a': (text: string) => {
    let handle = 0;
    return eachLine(text, (line) => (/[^\s}]\s*$/.test(line) ? `${line} # handle ${++handle}` : line));
  },
  CRLF: (text: string) => text.replaceAll('\n', '\r\n'),
  'line ends trimmed': (text: string) => text.replaceAll(/[ \t]+(?=\r?$)/gm, ''),
  'tabs expanded': (text: string) => text.replaceAll('\t', '        '),
  'indented by two blanks': (text: string) => text.replaceAll('\t', '  '),
  'indented further': (text: string) => eachLine(text, (line) => `    ${line}`),
  'not indented': (text: string) => text.replaceAll(/^[ \t]+/gm, ''),
  'indented anew': (text: string) => {
    let depth = 0;
    return eachLine(text, (line) => {
      if (/^\s*\}/.test(line)) depth--;
      const written = `${'    '.repeat(depth)}${line.trimStart()}`;
      if (/\{\s*(?:#.*)?$/.test(line)) depth++;
      return written;
    });
  },
  'blanks collapsed': (text: string) => text.replaceAll(/[ \t]+/g, ' '),
} as const satisfies Record<string, (text: string) => string>;

type Change = keyof typeof CHANGES;

const ONE = Object.keys(CHANGES) as readonly Change[];

const ORDERED: readonly (readonly Change[])[] = [
  [],
  ...ONE.map((change) => [change]),
  ['-s', 'line ends trimmed'],
  ['-s', '-a'],
  ['-s', 'tabs expanded', 'line ends trimmed'],
  ['-s', 'not indented', 'line ends trimmed', 'CRLF'],
  ['-a', 'tabs expanded', 'CRLF'],
  ['-s', '-a', 'not indented'],
  ['-s', 'blanks collapsed', 'line ends trimmed'],
  ['-s', '-a', 'blanks collapsed', 'line ends trimmed'],
  ['indented anew', 'line ends trimmed', 'CRLF'],
];

/** Every form with its name. */
export const FORMS: readonly (readonly [string, (text: string) => string])[] = ORDERED.map((changes) => [
  changes.length === 0 ? 'as nft lists it' : changes.join(', '),
  (text) => changes.reduce((changed, change) => CHANGES[change](changed), text),
]);

function eachLine(text: string, change: (line: string) => string): string {
  return text.replaceAll(/^.*[^\s].*$/gm, change);
}
