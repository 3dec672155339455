import type { DialectId } from '../../../src/firewall/dialect.ts';

/** Where the real tool and this program may differ, and why that is right. */
interface Exception {
  readonly dialects: readonly DialectId[];
  /** What whoever refuses says. */
  readonly message: RegExp;
  /** Only for such lines. */
  readonly line?: RegExp;
  readonly reason: string;
}

const NFT: readonly DialectId[] = ['nft', 'nft-json'];
const IPTABLES: readonly DialectId[] = ['iptables', 'ip6tables'];

export const EXCEPTIONS: readonly Exception[] = [
  // This program refuses.
  {
    dialects: ['nft'],
    message: /an include/,
    reason: 'a file of its own: refused with advice, as the documentation says',
  },
  {
    dialects: IPTABLES,
    message: /^no chain "/,
    reason: 'a built-in chain without its line keeps the policy the kernel has, which the file does not tell',
  },
  {
    dialects: IPTABLES,
    message: /^not a line of iptables-save/,
    line: /^-[^AIN]/,
    reason: 'commands that change what is loaded, and options before the command: no save file has them',
  },
  {
    dialects: IPTABLES,
    message: /^unknown option -[h\d]/,
    reason:
      '-h prints help and loads nothing; -4 and -6 with more behind them are a rule of the other family',
  },
  {
    dialects: [...IPTABLES, 'ipset'],
    message: /^not a (?:port|number|destination)/,
    line: /\d{11}|\+\d|\w\[/,
    reason: 'numbers beyond 32 bits, which the tool cuts without a word, a plus sign, words before a bracket',
  },
  {
    dialects: NFT,
    message: /^not a priority/,
    line: /\d{10}/,
    reason: 'numbers beyond 32 bits, which nft cuts',
  },
  { dialects: NFT, message: /^not a value of type/, line: /\b0\d*[89]/, reason: 'neither octal nor decimal' },
  {
    dialects: ['nft'],
    message: /^expected the name of/,
    line: /\d{20}/,
    reason: 'a number so long that nft takes it for a name',
  },
  // The real tool refuses.
  {
    dialects: NFT,
    message: /Interface does not exist/,
    reason: 'which interfaces there are depends on the machine',
  },
  {
    dialects: ['nft'],
    message: /syntax error/,
    line: /^\s*[a-z-]+ elements/,
    reason: 'an unknown line of a set: what is in the set is kept as unknown',
  },
  { dialects: ['nft'], message: /unexpected \*/, reason: 'a star alone: no doubt what is meant' },
  {
    dialects: ['nft'],
    message: /expecting number/,
    line: /\d{20}/,
    reason: 'counters beyond 64 bits count nothing',
  },
  { dialects: ['nft'], message: /unexpected \+/, line: /priority/, reason: 'a sum the other way round' },
  {
    dialects: IPTABLES,
    message: /Error occurred at line/,
    line: /(--[a-z-]+) .*\1\b/,
    reason: 'an option of an unknown or assumed match twice',
  },
  {
    dialects: [...NFT, ...IPTABLES],
    message: /resolve hostname|host\/network .* not found/i,
    reason: 'what a name resolves to depends on the machine: its rule is kept as unknown',
  },
  {
    dialects: NFT,
    message: /not supported|out of range|Could not (?:resolve|parse)/,
    line: /elements/,
    reason: 'elements of a set that no rule looks into decide nothing, so they are not read',
  },
  {
    dialects: ['nft'],
    message: /unexpected (?:'?\}'?|newline)|expecting newline or semicolon/,
    line: /\}|^\s*(?:table|chain|set|map)\b/,
    reason: 'a separator missing beside a brace leaves no doubt; later versions of nft take it',
  },
  {
    dialects: ['nft'],
    message: /syntax error, unexpected \w+, expecting (?:string|last)/,
    line: /^\s*(?:table|chain|set|map|add|create|flush)\b/,
    reason: 'words that one version of nft reserves and another does not, as names',
  },
  {
    dialects: ['nft'],
    message: /syntax error|unknown datatype/,
    line: /^\s*(?:set|map) \S+ \{|^\s*add (?:set|map)/,
    reason: 'the heads of sets are not read: a rule tells of which type its key is',
  },
  {
    dialects: ['nft-json'],
    message: /unexpected '\{'|Malformed object/,
    line: /\d{17}|[\d.]e\d/i,
    reason: 'numbers too large for the JSON reader of nft, where nothing reads them',
  },
  {
    dialects: IPTABLES,
    message: /recent: |limit: |hashlimit: |statistic: |bad value for option|Bad action type/,
    reason:
      'the values of matches that are unknown by nature, and of targets that decide nothing, are not read',
  },
  {
    dialects: ['ipset'],
    message:
      /already specified|invalid as number|out of range|out of the range|cannot parse|Mandatory option/,
    reason:
      'sizes of tables in memory are not read; an element outside of the range of a set is one no packet has',
  },
  {
    dialects: ['ipset'],
    message: /^set .*: not an/,
    reason: 'addresses written short',
  },
  {
    dialects: ['nft'],
    message: /Could not parse|Value .* exceeds|datatype mismatch|syntax error, unexpected/,
    line: /\b(?:ct|option) .*\bset\b/,
    reason: 'what a rule sets that no question asks about is not read',
  },
];
